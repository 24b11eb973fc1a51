// What build.mjs makes of files that are no scripts.
declare module "*.toml" {
    const tables: Record<string, Record<string, string>>;
    export default tables;
}
declare module "*.wasm" {
    const base64: string; // of the gzipped file
    export default base64;
}
declare module "*.css" {
    const text: string;
    export default text;
}
