import { render } from "preact";
import { App } from "./app.tsx";
import { goHome } from "./router.ts";
import { applyTheme } from "./theme.ts";
import "./style/base.css";
import "./style/layout.css";
import "./style/parts.css";
import "./style/table.css";
import "./style/views.css";

applyTheme();
goHome();
const root = document.getElementById("page");
if (root !== null) render(<App />, root);
