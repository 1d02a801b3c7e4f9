import { releaseOfName } from "./operating-system.ts";
import { softwareIdOfApplication } from "./software-id.ts";

/** What a product of MSRC's tree is: an operating system, a component on one, or an application. */
export type Product = OperatingSystemProduct | ComponentProduct | ApplicationProduct;

export interface OperatingSystemProduct {
  readonly kind: "os";
  readonly name: string;
  readonly softwareId: string;
  /** builds with one family share their updates */
  readonly family: string;
  /** serviced by one cumulative update a month (Windows 10, Server 2016 and later) */
  readonly cumulative: boolean;
}

export interface ComponentProduct {
  readonly kind: "component";
  readonly name: string;
  readonly softwareId: string;
  readonly component: Component;
  /** normalised name of the operating system it is on */
  readonly os: string;
  readonly family: string;
  readonly cumulative: boolean;
}

export interface ApplicationProduct {
  readonly kind: "application";
  readonly name: string;
  readonly softwareId: string;
}

export type Component =
  | { readonly is: "internet-explorer"; readonly version: string }
  | { readonly is: "edge" }
  | { readonly is: "edge-ie-mode" }
  | { readonly is: "flash" }
  /** every group must be there, any version of a group does: `3.5 AND 4.6/4.6.2` is [[3.5], [4.6, 4.6.2]] */
  | { readonly is: "net"; readonly groups: readonly (readonly string[])[] }
  /** script engines of servers without a current Internet Explorer */
  | { readonly is: "script-engine"; readonly version: string }
  /** part of the system although MSRC lists it apart: XML Core Services 3.0, the Hyperlink Object Library */
  | { readonly is: "in-box" }
  | { readonly is: "other"; readonly title: string };

/** Understands a normalised MSRC product name. Never fails: what is no Windows product is an application. */
export function productOf(name: string): Product {
  const on = / on (?:Microsoft )?(Windows .*)$/.exec(name);
  if (on?.[1] !== undefined) {
    const release = releaseOfName(on[1]);
    if (release !== undefined) {
      const component = componentOf(name.slice(0, on.index));
      return { kind: "component", name, softwareId: softwareIdOfComponent(component), component, os: on[1], ...release.line };
    }
  }
  const release = releaseOfName(name);
  if (release !== undefined) return { kind: "os", name, softwareId: release.softwareId, ...release.line };
  return { kind: "application", name, softwareId: softwareIdOfApplication(name) };
}

function componentOf(title: string): Component {
  const explorer = /^Internet Explorer (\d+)/.exec(title);
  if (explorer?.[1] !== undefined) return { is: "internet-explorer", version: explorer[1] };
  if (title === "Microsoft Edge (EdgeHTML-based)") return { is: "edge" };
  if (title === "Microsoft Edge (Chromium-based) in IE Mode") return { is: "edge-ie-mode" };
  if (title === "Adobe Flash Player") return { is: "flash" };
  const net = /^Microsoft \.NET Framework (.+)$/.exec(title);
  if (net?.[1] !== undefined) return { is: "net", groups: netGroups(net[1]) };
  const engine = /^(?:VBScript|JScript) (\d\.\d)$/.exec(title);
  if (engine?.[1] !== undefined) return { is: "script-engine", version: engine[1] };
  if (/^Microsoft (?:XML Core Services 3\.0|Windows Hyperlink Object Library)$/.test(title)) return { is: "in-box" };
  return { is: "other", title };
}

function netGroups(versions: string): readonly (readonly string[])[] {
  const plain = versions.replace(/ Service Pack \d/g, "");
  return plain.split(/ and /i).map((group) => group.split("/").map((version) => version.trim()));
}

function softwareIdOfComponent(component: Component): string {
  switch (component.is) {
    case "internet-explorer":
    case "script-engine":
      return "internet_explorer";
    case "edge":
      return "edge";
    case "edge-ie-mode":
      return "edge_chromium-based";
    case "flash":
      return "flash_player";
    case "net":
      return ".net_framework";
    case "in-box":
      return "windows";
    case "other":
      return softwareIdOfApplication(component.title);
  }
}
