// The studio's page: the elements of a pass, and the page around them.
import "./pass";
import { ClearpropStudio } from "./studio/page";

if (!customElements.get("clearprop-studio")) customElements.define("clearprop-studio", ClearpropStudio);
