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
    edit?: { index: number; value: number }; // the weight that a reader has just set, by its index in theta
}

// The elements that stand in the page, to be drawn anew when any `lang` changes.
const shown = new Set<ClearpropElement>();
const languages = new MutationObserver(() => shown.forEach((element) => element.requestUpdate()));

const FOLLOWED = ["clearprop-ready", "clearprop-change"]; // events of an element that another follows

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
    private unpacked?: Written;

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
        for (const event of FOLLOWED) this.source?.removeEventListener(event, this.follow);
    }

    override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
        super.attributeChangedCallback(name, before, now);
        if (name === "lang") this.requestUpdate();
    }

    protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
        const { record } = this;
        if (changed.has("record") && record) void this.kept(() => this.unpack(record));
    }

    protected async begin(): Promise<void> {
        const root = this.getRootNode() as Document | ShadowRoot;
        this.source = (this.follows && root.getElementById?.(this.follows)) || undefined;
        for (const event of FOLLOWED) this.source?.addEventListener(event, this.follow);
        const source = this.source as ClearpropElement | undefined; // maybe of another script, or not defined yet
        if (source?.ready) this.take(source.change);
        const script = this.querySelector<HTMLScriptElement>(':scope > script[type="application/json"]');
        await this.kept(async () => {
            if (script && !this.record && !this.sheet) this.record = JSON.parse(script.textContent!) as Written;
            if (this.record) await this.unpack(this.record);
            this.core = await Core.load();
        });
    }

    /** Where something goes wrong, what stands inside the element stays in view. */
    private async kept(work: () => Promise<void>): Promise<void> {
        try {
            await work();
        } catch (error) {
            console.warn("clearprop:", error);
        }
    }

    /** Take a record; one that takes the place of another takes that of its theta and sample too. */
    private async unpack(written: Written): Promise<void> {
        if (written === this.unpacked) return;
        const again = this.unpacked !== undefined;
        this.unpacked = written;
        const sheet = await readRecord(written);
        if (written !== this.unpacked) return;
        if (again) this.theta = this.sample = undefined;
        this.sheet = sheet;
    }

    private follow = (event: Event): void => this.take((event as CustomEvent<Change>).detail);

    private take({ sheet, theta, sample }: Change): void {
        Object.assign(this, { sheet, theta, sample });
    }

    private get change(): Change {
        const { sheet, theta, sample } = this.calculation;
        return { sheet, theta, sample };
    }

    /** Tell of a change: bubbles, and leaves shadow roots. */
    protected tell(edit?: Change["edit"]): void {
        const told = { detail: { ...this.change, edit }, bubbles: true, composed: true };
        this.dispatchEvent(new CustomEvent("clearprop-change", told));
    }

    /** Whether core and record are there. */
    get ready(): boolean {
        return Boolean(this.core && (this.sheet || !this.needsRecord));
    }

    protected override render(): TemplateResult {
        return this.ready ? this.draw() : html`<slot></slot>`;
    }

    protected override updated(): void {
        if (!this.ready || this.hasAttribute("data-ready")) return;
        this.setAttribute("data-ready", "");
        if (this.sheet) this.dispatchEvent(new CustomEvent("clearprop-ready", { detail: this.change }));
    }
}
