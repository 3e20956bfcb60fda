/* The editor of the workbench: Python, coloured, with Tab, undo and a marked line. */
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap, lineNumbers, highlightActiveLine, drawSelection } from "@codemirror/view";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { python } from "@codemirror/lang-python";
import { tags } from "@lezer/highlight";

const mark = StateEffect.define();
const marked = StateField.define({
  create: () => Decoration.none,
  update(lines, change) {
    if (change.docChanged) lines = Decoration.none;
    for (const effect of change.effects) {
      if (!effect.is(mark)) continue;
      const { line, kind } = effect.value;
      const there = line >= 1 && line <= change.state.doc.lines;
      lines = there ? Decoration.set([Decoration.line({ class: `mark-${kind}` }).range(change.state.doc.line(line).from)]) : Decoration.none;
    }
    return lines;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.operatorKeyword], color: "var(--ed-keyword)" },
  { tag: [tags.string, tags.docString], color: "var(--ed-string)" },
  { tag: tags.comment, color: "var(--ed-comment)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--ed-number)" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], color: "var(--ed-name)", fontWeight: "600" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "inherit" },
  ".cm-scroller": { overflow: "auto", fontFamily: "var(--pst-font-family-monospace)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--pst-color-text-base)" },
  ".cm-cursor": { borderLeftColor: "var(--pst-color-text-base)" },
  ".cm-gutters": { background: "var(--book-code)", color: "var(--pst-color-text-muted)", border: "0" },
  ".cm-activeLine": { background: "transparent" },
  "&.cm-focused .cm-activeLine": { background: "var(--pst-color-surface)" },
  "&.cm-focused": { outline: "2px solid var(--pst-color-link)", outlineOffset: "-2px" },
  ".mark-changed": { background: "var(--pst-color-target) !important" },
  ".mark-wrong": { background: "var(--pst-color-target) !important", boxShadow: "inset 3px 0 var(--book-mistake)" },
});

/* Put an editor into a shadow root, where its styles need no permission; return what can be done with it. */
export function create(root, text, label, changed) {
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine(), indentUnit.of("    "),
        python(), syntaxHighlighting(colours), look, marked, keymap.of([indentWithTab, ...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ "aria-label": label, "aria-multiline": "true" }),
        EditorView.updateListener.of((update) => update.docChanged && changed()),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    replace: (fresh) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: fresh } }),
    mark(line, kind) {
      const effects = [mark.of({ line, kind })];
      if (line >= 1 && line <= view.state.doc.lines) effects.push(EditorView.scrollIntoView(view.state.doc.line(line).from, { y: "center" }));
      view.dispatch({ effects });
    },
    go(line) {
      if (line >= 1 && line <= view.state.doc.lines) view.dispatch({ selection: { anchor: view.state.doc.line(line).from } });
      view.focus();
    },
  };
}
