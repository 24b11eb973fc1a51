// Bundles the elements for the pages: a classic script for file://, a module for others. Both hold the core and
// the words. `node build.mjs [OUT]` takes less than a second; `make web` builds the core first.
import { build } from "esbuild";
import { gzipSync } from "fflate";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parse } from "smol-toml";

const out = process.argv[2] ?? "../src/clearprop/web/assets";
const explanations = "../src/clearprop/explain/catalogue";

// Every sentence of one language stands in the other, with the same values.
const fields = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort().join();
function differences(one, other, place) {
    return Object.keys(one).flatMap((key) => {
        const at = `${place}.${key}`;
        if (!(key in other)) return [`${at}: in one language alone`];
        if (typeof one[key] === "object") return differences(one[key], other[key], at);
        return fields(one[key]) === fields(other[key]) ? [] : [`${at}: the values differ`];
    });
}

// The tables of words/LANG.toml. A sentence `@table.key` is that of the explanation's catalogue, so that a page says
// the same with and without a script.
async function sentences(lang) {
    const [own, told] = await Promise.all(
        [`words/${lang}.toml`, `${explanations}/${lang}.toml`].map(async (path) => parse(await readFile(path, "utf8"))),
    );
    for (const [name, table] of Object.entries(own))
        for (const [key, sentence] of Object.entries(table)) {
            if (!sentence.startsWith("@")) continue;
            const [section, at] = sentence.slice(1).split(".");
            if (!(at in (told[section] ?? {}))) throw new Error(`words: ${name}.${key} leads to nothing: ${sentence}`);
            table[key] = told[section][at];
        }
    return own;
}

// `import words from "x.toml"` gives the tables as an object: all, or those of some elements.
const toml = (tables) => ({
    name: "toml",
    setup(bundle) {
        bundle.onLoad({ filter: /words\/\w+\.toml$/ }, async ({ path }) => {
            const all = Object.entries(await sentences(basename(path, ".toml")));
            const kept = all.filter(([name]) => !tables || tables.includes(name));
            return { contents: JSON.stringify(Object.fromEntries(kept)), loader: "json" };
        });
    },
});

// The studio's words stand in its catalogue, which a test of Python compares in both languages.
const catalogue = {
    name: "catalogue",
    setup(bundle) {
        bundle.onLoad({ filter: /catalogue\/\w+\.toml$/ }, async ({ path }) => ({
            contents: JSON.stringify(parse(await readFile(path, "utf8"))),
            loader: "json",
        }));
    },
};

// `import core from "core.wasm"` gives its bytes, gzipped, in base64. Node's own gzip gives other bytes in other
// versions of Node; fflate is JavaScript, so that every build is the same.
const wasm = {
    name: "wasm",
    setup(bundle) {
        bundle.onLoad({ filter: /\.wasm$/ }, async ({ path }) => ({
            contents: gzipSync(await readFile(path), { level: 9, mtime: 0 }),
            loader: "base64",
        }));
    },
};

const [en, zh] = await Promise.all(["en", "zh"].map(sentences));
const problems = [...differences(en, zh, "words"), ...differences(zh, en, "words")];
if (problems.length) {
    console.error(problems.join("\n"));
    process.exit(1);
}

const bundle = (entry, name, format, tables) =>
    build({
        entryPoints: [entry],
        outfile: `${out}/${name}`,
        bundle: true,
        format,
        globalName: format === "iife" ? "clearprop" : undefined,
        minify: true,
        target: "es2022",
        charset: "utf8",
        legalComments: "eof",
        loader: { ".css": "text" },
        plugins: [toml(tables), catalogue, wasm],
        logLevel: "warning",
    });
const pass = ["network", "unit", "player"];
const training = ["curves", "playground", "surface", "symmetry", "train"];
await Promise.all([
    bundle("src/index.ts", "clearprop.js", "iife"),
    bundle("src/index.ts", "clearprop.mjs", "esm"),
    bundle("src/pass.ts", "clearprop-pass.js", "iife", pass),
    bundle("src/training.ts", "clearprop-training.js", "iife", [...pass, ...training]),
    bundle("src/form.ts", "clearprop-form.js", "iife", ["form", "drawing"]),
    bundle("src/studio.ts", "studio.js", "iife", [...pass, "nudge"]),
]);
