import type { TokenEndpointMeans } from "../auth/issuer/token-endpoint.ts";
import type { PageFiles } from "./page-files.ts";
import type { Route } from "./route.ts";
import { exportFileRoutes, exportRoutes } from "./routes/exports.ts";
import { fleetRoutes } from "./routes/fleet.ts";
import { inventoryRoutes } from "./routes/inventories.ts";
import { knownUpdateRoutes } from "./routes/known-updates.ts";
import { machineChangeRoutes } from "./routes/machine-changes.ts";
import { machineDetailRoutes } from "./routes/machine-details.ts";
import { machineReportRoutes } from "./routes/machine-reports.ts";
import { machineRoutes } from "./routes/machines.ts";
import { pageRoutes } from "./routes/page.ts";
import { recommendationRoutes } from "./routes/recommendations.ts";
import { scoreRoutes } from "./routes/scores.ts";
import { type PageSignIn, sessionRoutes } from "./routes/sessions.ts";
import { softwareRoutes } from "./routes/software.ts";
import { type SystemFacts, systemRoutes } from "./routes/system.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { updateRoutes } from "./routes/updates.ts";
import { vulnerabilityRoutes } from "./routes/vulnerabilities.ts";
import type { Service } from "./service.ts";

/** The page for people, and how they sign in there. */
export interface ServedPage {
  readonly files: PageFiles;
  readonly signIn: PageSignIn;
}

/** Every call of the server. */
export function allRoutes(service: Service, tokens: TokenEndpointMeans, page: ServedPage, facts: SystemFacts): readonly Route[] {
  const routes: readonly Route[] = [
    ...machineRoutes(service),
    ...machineDetailRoutes(service),
    ...machineReportRoutes(service),
    ...machineChangeRoutes(service),
    ...exportRoutes(service),
    ...exportFileRoutes(service),
    ...softwareRoutes(service),
    ...vulnerabilityRoutes(service),
    ...recommendationRoutes(service),
    ...scoreRoutes(service),
    ...updateRoutes(service),
    ...fleetRoutes(service),
    ...knownUpdateRoutes(service),
    ...inventoryRoutes(service),
    ...tokenRoutes(tokens),
    ...pageRoutes(page.files),
    ...sessionRoutes(page.signIn),
    ...systemRoutes(facts, () => routes),
  ];
  return routes;
}
