import { describe, expect, it } from "vitest";
import { softwareIdOfApplication } from "./software-id.ts";

describe("the software id of an application", () => {
  it.each([
    ["Microsoft SQL Server 2019 for x64-based Systems (GDR)", "sql_server"],
    ["Microsoft Exchange Server 2019 Cumulative Update 13", "exchange_server"],
    ["Microsoft SharePoint Enterprise Server 2016", "sharepoint_server"],
    ["Word Automation Services on Microsoft SharePoint Server 2013 Service Pack 1", "sharepoint_server"],
    ["Microsoft Excel 2016 (32-bit edition)", "excel"],
    ["Microsoft Word 2016 (64-bit edition)", "word"],
    ["Microsoft Outlook 2013 Service Pack 1 (32-bit editions)", "outlook"],
    ["Microsoft Office 2016 (32-bit edition)", "office"],
    ["Microsoft Visual Studio 2019 version 16.11", "visual_studio"],
    ["Microsoft Edge (Chromium-based)", "edge_chromium-based"],
    ["Skype for Business 2016 (32-bit)", "skype_for_business"],
    ["Microsoft Silverlight 5 Developer Runtime", "silverlight"],
  ])("%s: %s", (name, id) => {
    expect(softwareIdOfApplication(name)).toBe(id);
  });

  it.each([
    ["Microsoft Dynamics 365 (on-premises) version 9.1", "dynamics_365"],
    ["System Center Operations Manager 2019", "system_center_operations_manager_2019"],
    ["Windows Admin Center", "windows_admin_center"],
    ["Microsoft BizTalk Server 2013 Service Pack 1", "biztalk_server_2013"],
  ])("%s has no row of its own and is spelt in Defender's manner: %s", (name, id) => {
    expect(softwareIdOfApplication(name)).toBe(id);
  });
});
