// What every element is: it reads its record, loads the core, speaks its page's language and tells of changes.
import { html, LitElement, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { Core } from "../core";
import { languageOf, words, type Language, type Values } from "../words";
import { Calculation } from "./calculation";
import { readRecord, type Sheet, type Written } from "./record";
import { styles } from "./styles";

/** What `clearprop-change` carries: where the element that fires it stands now. */
export interface Change {
    sheet: Sheet;
    theta: Float64Array;
    sample: number;
}

// The elements that stand in the page, to be drawn anew when any `lang` changes.
const shown = new Set<ClearpropElement>();
const languages = new MutationObserver(() => shown.forEach((element) => element.requestUpdate()));

/** The base of the elements. Until core and record are there, and where they cannot be had, the element shows what
 * stands inside it in the page. A subclass writes `draw`. */
export abstract class ClearpropElement extends LitElement {
    static override styles = [styles];
    static override get observedAttributes(): string[] {
        return [...super.observedAttributes, "lang"];
    }

    /** The record; without it that of the `<script type="application/json">` inside the element is read. */
    @property({ attribute: false }) record?: Written;
    /** A record that is unpacked already; elements hand it to those inside them. */
    @property({ attribute: false }) sheet?: Sheet;
    /** The parameters; those of the record if left out. */
    @property({ attribute: false }) theta?: Float64Array;
    /** The row that is shown, from 0; that of the record if left out. */
    @property({ type: Number }) sample?: number;
    /** The id of an element whose changes this one follows. */
    @property({ attribute: "for" }) follows = "";
    @state() protected core?: Core;

    private made?: Calculation;
    private source?: Element;

    /** The element as it is drawn; `calculation` is there when `needsRecord`. */
    protected abstract draw(): TemplateResult;
    /** The table of `words/` with the element's sentences. */
    protected abstract get section(): string;
    /** Whether the element shows nothing without a record. */
    protected get needsRecord(): boolean {
        return true;
    }

    get language(): Language {
        return languageOf(this);
    }

    /** A sentence of this element; of another section if the key says so, as in `network.layer`. */
    say(key: string, values: Values = {}): string {
        const [section, name] = key.includes(".") ? key.split(".") : [this.section, key];
        return words(this.language, section, name, values);
    }

    get calculation(): Calculation {
        const { core, sheet, theta, sample } = this;
        const at = [theta ?? sheet!.theta, sample ?? sheet!.sample] as const;
        const made = this.made;
        if (made && made.sheet === sheet && made.theta === at[0] && made.sample === at[1]) return made;
        return (this.made = new Calculation(core!, sheet!, ...at));
    }

    override connectedCallback(): void {
        super.connectedCallback();
        if (!shown.size)
            languages.observe(document, { subtree: true, attributes: true, attributeFilter: ["lang"] });
        shown.add(this);
        if (document.readyState === "loading" && !this.record)
            document.addEventListener("DOMContentLoaded", () => this.begin(), { once: true });
        else void this.begin();
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        shown.delete(this);
        this.source?.removeEventListener("clearprop-change", this.follow);
    }

    override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
        super.attributeChangedCallback(name, before, now);
        if (name === "lang") this.requestUpdate();
    }

    protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
        if (changed.has("record") && this.record && this.hasUpdated) void this.unpack(this.record);
    }

    protected async begin(): Promise<void> {
        const root = this.getRootNode() as Document | ShadowRoot;
        this.source = (this.follows && root.getElementById?.(this.follows)) || undefined;
        this.source?.addEventListener("clearprop-change", this.follow);
        const script = this.querySelector<HTMLScriptElement>(':scope > script[type="application/json"]');
        try {
            const written = this.record ?? (script ? (JSON.parse(script.textContent!) as Written) : undefined);
            if (written && !this.sheet) await this.unpack(written);
            this.core = await Core.load();
        } catch (error) {
            console.warn("clearprop:", error); // what stands inside the element stays in view
        }
    }

    private async unpack(written: Written): Promise<void> {
        this.sheet = await readRecord(written);
    }

    private follow = (event: Event): void => {
        const { sheet, theta, sample } = (event as CustomEvent<Change>).detail;
        Object.assign(this, { sheet, theta, sample });
    };

    /** Tell of a change: bubbles, and leaves shadow roots. */
    protected tell(): void {
        const { sheet, theta, sample } = this.calculation;
        const detail: Change = { sheet, theta, sample };
        this.dispatchEvent(new CustomEvent("clearprop-change", { detail, bubbles: true, composed: true }));
    }

    protected override render(): TemplateResult {
        const ready = this.core && (this.sheet || !this.needsRecord);
        return ready ? this.draw() : html`<slot></slot>`;
    }

    protected override updated(): void {
        this.toggleAttribute("data-ready", Boolean(this.core && (this.sheet || !this.needsRecord)));
    }
}
