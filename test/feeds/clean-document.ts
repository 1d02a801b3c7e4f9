import type { UpdateDocument } from "../../src/domain/catalog/document.ts";
import { readCvrf } from "../../src/feeds/msrc/read-cvrf.ts";
import { type CvrfRows, cvrfXml } from "../fixtures/cvrf/build-cvrf.ts";

/** The document that hostile ones are made from: three months' worth of shapes in little space. */
export const cleanRows: CvrfRows = {
  id: "2023-Oct",
  revision: "7",
  initialRelease: "2023-10-10",
  currentRelease: "2023-10-18T00:00:00",
  products: {
    "11568": "Windows 10 Version 1809 for 32-bit Systems",
    "11569": "Windows 10 Version 1809 for x64-based Systems",
    "11571": "Windows Server 2019",
  },
  vulnerabilities: [
    {
      cve: "CVE-2023-41767",
      severity: "Critical",
      exploited: true,
      disclosed: true,
      cvss: { score: 8.1, vector: "CVSS:3.1/AV:N/AC:H" },
      published: ["2023-10-17", "2023-10-10"],
      fixes: [
        {
          kb: "5031361",
          products: ["Windows 10 Version 1809 for 32-bit Systems", "Windows 10 Version 1809 for x64-based Systems", "Windows Server 2019"],
          supersedes: "5030214",
          fixedBuild: "10.0.17763.4974",
        },
        { kb: "Release Notes", products: ["Windows Server 2019"], type: "Release Notes" },
      ],
    },
    {
      cve: "ADV190003",
      title: "Größe & Maß <1> – ≥ 日本",
      severity: { "Windows Server 2019": "Low" },
      fixes: [{ kb: "5031990", products: ["Windows Server 2019"], subType: "Servicing Stack Update" }],
    },
  ],
};

/** The clean document as text. */
export const cleanXml: string = cvrfXml(cleanRows);

/** What is understood of a document given as text or bytes. */
export function read(document: string | Uint8Array): UpdateDocument {
  return readCvrf(typeof document === "string" ? Buffer.from(document) : document, "2023-Oct.xml").document;
}

/** What is understood of the clean one. */
export const cleanDocument: UpdateDocument = read(cleanXml);
