// Reads each diagram as the editor does (its own reader, with Camunda 8's settings), renames one element, writes it.
// From the standard input {file: xml}, to the standard output {file: {element, xml, warnings}}.

import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

const from = createRequire(`${process.argv[2]}/package.json`)
const { BpmnModdle } = await import(pathToFileURL(from.resolve('bpmn-moddle')).href)
const zeebe = from('zeebe-bpmn-moddle/resources/zeebe.json')

const written = {}
for (const [file, xml] of Object.entries(JSON.parse(await text(process.stdin)))) {
  const moddle = new BpmnModdle({ zeebe })
  const { rootElement, elementsById, warnings } = await moddle.fromXML(xml)
  const renamed = Object.values(elementsById).find((each) => each.$instanceOf?.('bpmn:FlowNode') && each.name)
  renamed.name = `${renamed.name} !`
  const { xml: again } = await moddle.toXML(rootElement, { format: true })
  written[file] = { element: renamed.id, xml: again, warnings: warnings.map(({ message }) => message) }
}
console.log(JSON.stringify(written))
