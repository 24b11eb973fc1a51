// The page's sentences, from the catalogue of the package.
import en from "../../../src/clearprop/studio/catalogue/en.toml";
import zh from "../../../src/clearprop/studio/catalogue/zh.toml";
import type { Language, Values } from "../words";

const catalogues = { en, zh };

/** The sentence "table.key" with its values; throws for one that is missing. */
export function said(language: Language, at: string, values: Values = {}): string {
    const [table, key] = at.split(".");
    const sentence = catalogues[language][table]?.[key];
    if (sentence === undefined) throw new Error(`studio: ${language} has no ${at}`);
    return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
