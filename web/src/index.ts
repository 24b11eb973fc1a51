// All elements.
import "./course";
import "./live";
import "./pass";

export * from "./core";
export * as numbers from "./numbers";
export { languageOf, words } from "./words";
