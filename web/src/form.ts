// The form that an exported model's page shows, and the pad for drawings.
import { ClearpropDrawing } from "./elements/drawing";
import { ClearpropForm } from "./elements/form";
import { register } from "./register";

register({ "clearprop-drawing": ClearpropDrawing, "clearprop-form": ClearpropForm });
