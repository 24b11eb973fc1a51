// The studio's page: the elements of a pass, and the page around them.
import { ClearpropNudge } from "./elements/nudge";
import "./pass";
import { register } from "./register";
import { ClearpropStudio } from "./studio/page";

register({ "clearprop-nudge": ClearpropNudge, "clearprop-studio": ClearpropStudio });
