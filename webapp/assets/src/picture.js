// A diagram as a picture: draws the XML in #diagram and leaves its SVG in the page, for `amicale picture`.
import Viewer from 'bpmn-js/lib/Viewer'
import 'bpmn-js/dist/assets/diagram-js.css'
import 'bpmn-js/dist/assets/bpmn-js.css'

async function draw () {
  const viewer = new Viewer({ container: '#canvas' })
  const answer = await fetch('diagram.bpmn')
  await viewer.importXML(await answer.text())
  const { svg } = await viewer.saveSVG()
  return svg
}

const place = document.getElementById('svg')
draw().then(svg => { place.textContent = svg; document.documentElement.dataset.state = 'drawn' })
  .catch(error => { place.textContent = String(error); document.documentElement.dataset.state = 'failed' })
