// The rules for the scripts of the pages; types are read by the TypeScript checker.
import js from "@eslint/js";

const browser = Object.fromEntries(
  ["document", "window", "location", "matchMedia", "setTimeout", "clearTimeout", "innerWidth", "innerHeight", "scrollX", "scrollY", "ResizeObserver", "MutationObserver", "EventSource", "URLSearchParams", "SphinxHighlight", "WebSocket", "console", "URL", "Worker", "Blob", "performance", "self", "atob", "sessionStorage", "requestAnimationFrame", "FontFace", "Request", "Response", "DecompressionStream", "TextDecoder", "Element", "SVGElement", "HTMLInputElement", "HTMLSelectElement", "HTMLOptionElement", "HTMLElement"].map((name) => [name, "readonly"]),
);
const shared = { network: "readonly", kit: "readonly", explorables: "readonly" };

export default [
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    ...js.configs.recommended,
    languageOptions: { sourceType: "script", ecmaVersion: 2024, globals: { ...browser, ...shared } },
    rules: {
      ...js.configs.recommended.rules,
      "no-undef": "error",
      "no-redeclare": ["error", { builtinGlobals: false }],
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: "error",
      strict: ["error", "global"],
      "no-implicit-globals": "off",
      "no-unused-vars": ["error", { varsIgnorePattern: "^(network|kit)$", argsIgnorePattern: "^_" }],
    },
  },
];
