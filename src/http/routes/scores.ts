import type { Epoch } from "../../app/fleet/epoch.ts";
import { type FleetScores, scoresOf } from "../../app/fleet/scores.ts";
import { sightNow } from "../../app/fleet/walks.ts";
import type { Row } from "../../odata/row-values.ts";
import type { GroupCount } from "../../stores/fleet-store.ts";
import { answerEntity } from "../entity-answer.ts";
import { noKnowledge } from "../find-device.ts";
import { answerList, pageOf } from "../list-answer.ts";
import { contexts } from "../metadata/contexts.ts";
import type { Answer, Call, Route } from "../route.ts";
import type { Service } from "../service.ts";

const may = ["Score.Read.All"] as const;

/** Scores: formulas of our own, in docs/scores.md. */
export function scoreRoutes(service: Service): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/api/exposureScore",
      may,
      summary: "how exposed the fleet is, from 0 to 100",
      answers: "ExposureScore",
      handle: async (call) => {
        const { exposure, epoch } = await score(service, call);
        const row = { ...time(service), score: exposure, rbacGroupName: null, rbacGroupId: null };
        return answerEntity(call, contexts.exposureScore, row, epoch);
      },
    },
    {
      method: "GET",
      path: "/api/exposureScore/ByMachineGroups",
      may,
      summary: "how exposed each group of devices is",
      answers: "Collection(ExposureScore)",
      isList: true,
      handle: (call) => byGroups(service, call),
    },
    {
      method: "GET",
      path: "/api/configurationScore",
      may,
      summary: "how well the fleet is kept up to date, from 0 to 1000",
      answers: "ConfigurationScore",
      handle: async (call) => {
        const { configuration, epoch } = await score(service, call);
        return answerEntity(call, contexts.configurationScore, { ...time(service), score: configuration }, epoch);
      },
    },
  ];
}

function time({ fleet }: Service): { readonly time: string } {
  return { time: fleet.now().toISOString() };
}

async function score({ fleet }: Service, call: Call): Promise<FleetScores & { readonly epoch: Epoch }> {
  if (fleet.revision === 0) throw noKnowledge();
  const { epoch, view } = await sightNow(fleet, call.tenant.id);
  const { counts } = await fleet.counts.of(call.tenant.id, view);
  return { ...(await scored(fleet, epoch, counts)), epoch };
}

async function scored(fleet: Service["fleet"], epoch: Epoch, counts: readonly GroupCount[]): Promise<FleetScores> {
  const summaries = await fleet.summaries(
    epoch,
    counts.map(({ digest }) => digest),
  );
  return scoresOf(counts, summaries, fleet.today());
}

function byGroups(service: Service, call: Call): Promise<Answer> {
  const { fleet } = service;
  if (fleet.revision === 0) throw noKnowledge();
  return answerList(fleet, call, { context: contexts.exposureScores }, async (request) => {
    const { epoch, view, tenantId } = request.sight;
    const { counts, change } = await fleet.store.countDigests(tenantId, view, { byGroup: true });
    const groups = new Map<number, GroupCount[]>();
    for (const each of counts) groups.set(each.groupId, [...(groups.get(each.groupId) ?? []), each]);
    const rows: Row[] = [];
    for (const [rbacGroupId, own] of groups) {
      const { exposure } = await scored(fleet, epoch, own);
      rows.push({ time: view.at, score: exposure, rbacGroupName: own[0]?.groupName ?? "Unassigned", rbacGroupId });
    }
    return pageOf(rows, request, { change });
  });
}
