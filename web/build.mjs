// Bundles the elements for the pages: a classic script for file://, a module for others. Both hold the core and
// the words. `node build.mjs [OUT]` takes less than a second; `make web` builds the core first.
import { build } from "esbuild";
import { gzipSync } from "fflate";
import { readFile } from "node:fs/promises";
import { parse } from "smol-toml";

const out = process.argv[2] ?? "../src/clearprop/web/assets";

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

// `import words from "x.toml"` gives the tables as an object.
const toml = {
    name: "toml",
    setup(bundle) {
        bundle.onLoad({ filter: /\.toml$/ }, async ({ path }) => ({
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

const [en, zh] = await Promise.all(
    ["en", "zh"].map(async (lang) => parse(await readFile(`words/${lang}.toml`, "utf8"))),
);
const problems = [...differences(en, zh, "words"), ...differences(zh, en, "words")];
if (problems.length) {
    console.error(problems.join("\n"));
    process.exit(1);
}

const bundle = (entry, name, format) =>
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
        plugins: [toml, wasm],
        logLevel: "warning",
    });
await Promise.all([
    bundle("src/index.ts", "clearprop.js", "iife"),
    bundle("src/index.ts", "clearprop.mjs", "esm"),
]);
