// Shows that the bundle works; goes when the first element stands.
import { LitElement, html } from "lit";
import { digitsFor } from "../numbers";
import { languageOf, words } from "../words";

export class ClearpropExample extends LitElement {
    override render() {
        return html`<p>${words(languageOf(this), "example", "cost", { J: digitsFor([0.7]).show(0.69315) })}</p>`;
    }
}
