// The elements of a pass, by themselves: the smaller script that every explanation in a notebook carries.
import { ClearpropNetwork } from "./elements/network";
import { ClearpropPlayer } from "./elements/player";
import { ClearpropUnit } from "./elements/unit";
import { register } from "./register";

register({
    "clearprop-unit": ClearpropUnit,
    "clearprop-network": ClearpropNetwork,
    "clearprop-player": ClearpropPlayer,
});
