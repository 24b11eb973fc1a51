// All elements.
import { ClearpropExample } from "./elements/example";
import "./pass";
import { register } from "./register";

export * from "./core";
export * as numbers from "./numbers";
export { languageOf, words } from "./words";

register({
    "clearprop-example": ClearpropExample,
});
