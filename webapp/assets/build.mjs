// Builds ../static/dist from src/: every .js, .css, .scss and .svg file directly in src/ is an entry of the same name.
// The manifest maps each entry to its hashed name; pages ask for it with asset("name").
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { compileAsync } from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const source = join(here, 'src')
const target = join(here, '..', 'static', 'dist')
const staging = join(here, 'node_modules', '.dist') // built aside, then put in place at once: a running server never sees a half

// What upstream does that a strict Content-Security-Policy forbids, mended. Each mend fails loudly when upstream changes.
const mends = [
  { // A style attribute in parsed HTML is refused: it is applied through the CSSOM instead.
    file: /node_modules[\\/]domify[\\/]index\.js$/,
    from: 'element.innerHTML = prefix + htmlString + suffix;',
    to: `element.innerHTML = prefix + htmlString.replaceAll(/\\sstyle=/g, ' data-style=') + suffix;
      for (const styled of element.querySelectorAll('[data-style]')) {
        styled.style.cssText = styled.getAttribute('data-style'); styled.removeAttribute('data-style');
      }`
  },
  { // A picture in a data: address is refused: the separator is a character.
    file: /node_modules[\\/]bpmn-js[\\/]dist[\\/]assets[\\/]bpmn-js\.css$/,
    from: /content: url\('data:image\/svg\+xml[^']*'\);/,
    to: 'content: "›";'
  },
  { // The same in the panel: an arrow beside a list.
    file: /node_modules[\\/]@bpmn-io[\\/]properties-panel[\\/]dist[\\/]assets[\\/]properties-panel\.css$/,
    from: /url\("data:image\/svg\+xml,[^"]*"\)/,
    to: 'none'
  },
  { // The expression editor's sheets are adopted, not written into a <style>.
    file: /node_modules[\\/]style-mod[\\/]src[\\/]style-mod\.js$/,
    from: 'if (!root.head && root.adoptedStyleSheets && win.CSSStyleSheet) {',
    to: 'if (root.adoptedStyleSheets && win.CSSStyleSheet) {'
  },
  { // Typed over a coloured selection, the browser writes the colour into a style attribute: the editor inserts the text.
    file: /node_modules[\\/]@codemirror[\\/]view[\\/]dist[\\/]index\.js$/,
    from: '    // In EditContext mode, we must handle insertReplacementText events\n',
    to: `    if (event.inputType == "insertText" && event.data && event.cancelable && !view.state.selection.main.empty) {
        const { from, to } = view.state.selection.main;
        applyDOMChangeInner(view, { from, to, insert: view.state.toText(event.data) }, null);
        return true;
    }
`
  },
  { // A name is completed behind a word of FEEL too: what stands before the word is no part of the name.
    file: /node_modules[\\/]@bpmn-io[\\/]feel-editor[\\/]dist[\\/]index\.js$/,
    from: '      from: typedInput ? typedInput.from : nodeBefore.from,\n      options,\n      validFor\n',
    to: `      from: typedInput
        ? typedInput.from + (/^.*\\b(?:and|or|if|then|else|in|return|satisfies|between|for|some|every|not|of)\\s+/.exec(typedInput.text)?.[0].length ?? 0)
        : nodeBefore.from,
      options,
      validFor
`
  },
  { // A field that may be left empty is not asked for a pattern before anything is written into it.
    file: /node_modules[\\/]bpmn-js-element-templates[\\/]dist[\\/]index\.esm\.js$/,
    from: /return new RegExp\(pattern\)\.test\(string\);/g,
    to: 'return new RegExp(pattern).test(string ?? "");'
  },
  { // How much a menu found is said in the language of the page.
    file: /node_modules[\\/]diagram-js[\\/]lib[\\/]features[\\/]popup-menu[\\/]PopupMenuComponent\.js$/,
    from: "${ entriesToShow.length } ${ entriesToShow.length === 1 ? 'result' : 'results' } found",
    to: `\${ document.documentElement.lang === 'fr'
                ? \`Trouvé\\u00a0: \${ entriesToShow.length }\` : \`Found: \${ entriesToShow.length }\` }`
  },
  { // The type of a column is chosen from a list in the reader's words, not typed in the words of the file.
    file: /node_modules[\\/]dmn-js-decision-table[\\/]lib[\\/]features[\\/]type-ref[\\/]components[\\/]TypeRefCellContextMenu\.js$/,
    from: /\[label, createTextVNode\(":"\)\], 0\), createComponentVNode\(2, InputSelect, \{/,
    to: "document.documentElement.lang === 'fr' ? `${label}\u00a0:` : `${label}:`, 0), createComponentVNode(2, InputSelect, { \"noInput\": true,"
  },
  { // The same of the result of an expression.
    file: /node_modules[\\/]dmn-js-literal-expression[\\/]lib[\\/]features[\\/]literal-expression-properties[\\/]components[\\/]LiteralExpressionPropertiesEditorComponent\.js$/,
    from: '"onChange": this.setVariableType,',
    to: '"onChange": this.setVariableType, "noInput": true,'
  },
  { // A row or a column with properties of another namespace comes and goes: such an element has no list of its own.
    file: /node_modules[\\/]dmn-js-decision-table[\\/]lib[\\/]features[\\/]modeling[\\/]behavior[\\/]Id(?:Claim|Unclaim)Behavior\.js$/,
    from: 'businessObject.$descriptor.properties.forEach(',
    to: '(businessObject.$descriptor.properties ?? []).forEach('
  },
  { // For the same reason a copy of a row takes them along as they are. No one writes into them: they are replaced whole.
    file: /node_modules[\\/]dmn-js-decision-table[\\/]lib[\\/]features[\\/]copy-cut-paste[\\/]DescriptorUtil\.js$/,
    from: '// not set\n    if (!value) {',
    to: `if (value && property.name === "extensionElements") descriptor.beside = { kept: [...value.values ?? []] };
    if (!value || property.name === "extensionElements") {`,
    and: [{
      from: 'var newBo = reviveCache._dmnFactory.create(type, newBoAttrs);',
      to: `const beside = newBoAttrs.beside;
  delete newBoAttrs.beside;
  var newBo = reviveCache._dmnFactory.create(type, newBoAttrs);
  if (beside?.kept.length) {
    newBo.extensionElements = newBo.$model.create('dmn:ExtensionElements', { values: [...beside.kept] });
    newBo.extensionElements.$parent = newBo;
  }`
    }]
  },
  { // Such a list is called by what it is and what is chosen in it.
    file: /node_modules[\\/]dmn-js-shared[\\/]lib[\\/]components[\\/]InputSelect\.js$/,
    from: '"aria-label": inputLabel,\n      "tabIndex": "0",',
    to: '"role": "button", "aria-haspopup": "listbox", "aria-label": `${inputLabel} – ${label ?? ""}`,\n      "tabIndex": "0",'
  },
  { // What examples of data are for is said in the language of the page.
    file: /node_modules[\\/]@camunda[\\/]example-data-properties-provider[\\/]lib[\\/]propertiesPanel[\\/]DataPropertiesProvider\.js$/,
    from: 'Provide example data related to this element. Used for editor intelligence, not process execution.',
    to: "${ translate('Provide example data related to this element. Used for editor intelligence, not process execution.') }"
  },
  { // What is dragged has no picture: a data: address is refused.
    file: /node_modules[\\/]@bpmn-io[\\/]form-js-editor[\\/]dist[\\/]index\.es\.js$/,
    from: /img\.src = 'data:image\/gif[^']*';/,
    to: 'img.width = img.height = 1;'
  },
  { // The line under a mistake is a gradient, not a picture in a data: address.
    file: /node_modules[\\/]@bpmn-io[\\/]cm-theme[\\/]dist[\\/]index\.js$/,
    from: /const squiggle = color => `url\("data:image[^`]*`;/,
    to: 'const squiggle = color => `linear-gradient(to top, ${color} 2px, transparent 2px)`;'
  }
]

const mended = new Set()

const mending = {
  name: 'mending',
  setup (bundle) {
    for (const { file, from, to, and = [] } of mends) {
      bundle.onLoad({ filter: file }, async ({ path }) => {
        const text = await readFile(path, 'utf8')
        const contents = [{ from, to }, ...and].reduce((before, each) => {
          const after = before.replace(each.from, () => each.to)
          if (after === before) throw new Error(`${relative(here, path)} changed upstream: look at the mend in build.mjs`)
          return after
        }, text)
        mended.add(file)
        return { contents, loader: path.endsWith('.css') ? 'css' : 'js' }
      })
    }
    bundle.onLoad({ filter: /\.scss$/ }, async ({ path }) => {
      const { css, loadedUrls } = await compileAsync(path, { loadPaths: [join(here, 'node_modules')], quietDeps: true })
      return { contents: css, loader: 'css', watchFiles: loadedUrls.map(url => fileURLToPath(url)) }
    })
  }
}

const entries = (await readdir(source)).filter(name => /^[a-z].*\.(js|s?css|svg)$/.test(name)).map(name => join(source, name))
await rm(staging, { recursive: true, force: true })
const { metafile, warnings } = await build({
  entryPoints: entries, outdir: staging, absWorkingDir: here, plugins: [mending],
  bundle: true, splitting: true, format: 'esm', target: ['es2022'], minify: true, metafile: true, legalComments: 'linked',
  entryNames: '[name]-[hash]', chunkNames: 'part-[hash]', assetNames: '[name]-[hash]',
  loader: { '.svg': 'copy', '.png': 'copy', '.woff2': 'copy', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty' }
})
if (warnings.length) process.exitCode = 1
for (const { file } of mends) {
  if (!mended.has(file)) throw new Error(`${file} was not met: upstream moved it, look at the mend in build.mjs`)
}
const manifest = {}
for (const [file, output] of Object.entries(metafile.outputs)) {
  if (!output.entryPoint) continue
  manifest[basename(output.entryPoint).replace(/\.scss$/, '.css')] = basename(file)
  console.log(`${basename(file).padEnd(32)} ${(output.bytes / 1024).toFixed(1).padStart(8)} KB`)
}
// Compressed once here, so that no request spends time on it.
for (const name of await readdir(staging)) {
  if (!/\.(js|css|svg)$/.test(name)) continue
  const body = await readFile(join(staging, name))
  await writeFile(join(staging, `${name}.gz`), gzipSync(body, { level: 9 }))
  await writeFile(join(staging, `${name}.br`), brotliCompressSync(body))
}
await writeFile(join(staging, 'manifest.json'), JSON.stringify(manifest, null, 2))
await mkdir(dirname(target), { recursive: true })
await rm(target, { recursive: true, force: true })
await rename(staging, target)
