// All elements. A second script on the same page finds them registered and leaves them as they are.
import { ClearpropExample } from "./elements/example";
import { ClearpropNetwork } from "./elements/network";
import { ClearpropPlayer } from "./elements/player";
import { ClearpropUnit } from "./elements/unit";

export * from "./core";
export * as numbers from "./numbers";
export { languageOf, words } from "./words";

const elements: Record<string, CustomElementConstructor> = {
    "clearprop-example": ClearpropExample,
    "clearprop-unit": ClearpropUnit,
    "clearprop-network": ClearpropNetwork,
    "clearprop-player": ClearpropPlayer,
};
for (const [tag, element] of Object.entries(elements))
    if (!customElements.get(tag)) customElements.define(tag, element);
