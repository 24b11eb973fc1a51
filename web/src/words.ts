// The elements' sentences, in English and Chinese.
import en from "../words/en.toml";
import zh from "../words/zh.toml";

export type Language = "en" | "zh";
export type Values = Record<string, string | number>;

const catalogues = { en, zh };

/** The language of an element: of its attribute `lang`, or of the nearest ancestor that has one. */
export function languageOf(element: Element): Language {
    for (let at: Element | null = element; at; at = parentOf(at)) {
        const lang = at.getAttribute("lang");
        if (lang) return lang.toLowerCase().startsWith("zh") ? "zh" : "en";
    }
    return "en";
}

function parentOf(element: Element): Element | null {
    if (element.parentElement) return element.parentElement;
    const root = element.getRootNode();
    return root instanceof ShadowRoot ? root.host : null;
}

/** The sentence `key` of the table `section`, with its `{values}` filled in. Throws for one that is missing. */
export function words(language: Language, section: string, key: string, values: Values = {}): string {
    const sentence = catalogues[language][section]?.[key];
    if (sentence === undefined) throw new Error(`words: ${language} has no ${section}.${key}`);
    return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
        if (!(name in values)) throw new Error(`words: ${section}.${key} needs ${name}`);
        return String(values[name]);
    });
}
