// The studio's page: the elements, and the page around them.
import "./index";
import { ClearpropStudio } from "./studio/page";

if (!customElements.get("clearprop-studio")) customElements.define("clearprop-studio", ClearpropStudio);
