// The door of an event: who is there is noted on the device at once, sent when there is a network, and brought together
// with what other doors noted. A mark is kept until the house has it. Without this file the list works as any form.

const EVERY_MS = 15_000
const CACHE = 'door'
const root = document.querySelector('[data-door]')
const list = root.querySelector('[data-list]')
const words = root.dataset
const store = `door:${words.door}`
const shown = new Map([...list.children].map(row => [row.dataset.row, row]))
const waiting = { marks: {}, arrivals: {}, refused: {}, ...JSON.parse(localStorage.getItem(store) ?? '{}') }
const euros = new Intl.NumberFormat(document.documentElement.lang, { style: 'currency', currency: 'EUR' })
let known = null // the list as the house last told it
let under_way = false
let again = false

const count = () => Object.keys(waiting.marks).length + Object.keys(waiting.arrivals).length

function say (state, at = '') {
  root.dataset.state = state
  const left = count()
  const text = { sending: words.sending, refused: words.refused, saved: `${words.saved} ${at}`, kept: left ? words.kept.replace('{number}', left) : words.alone }
  root.querySelector('[data-said]').textContent = text[state]
}

function keep () {
  localStorage.setItem(store, JSON.stringify(waiting))
}

function filled (row, person) {
  const here = waiting.marks[person.id]?.here ?? person.here
  row.dataset.row = person.id
  row.dataset.ticket = person.ticket
  row.dataset.seats = person.seats
  row.dataset.here = here ? 'yes' : 'no'
  row.querySelector('[data-name]').textContent = person.more ? `${person.name} +${person.more}` : person.name
  row.querySelector('[data-notes]').textContent = person.notes.join(' · ')
  press(row, here)
  return row
}

function press (row, here) {
  row.dataset.here = here ? 'yes' : 'no'
  const button = row.querySelector('button')
  button.setAttribute('aria-pressed', here ? 'true' : 'false')
}

const blank = () => root.querySelector('template').content.firstElementChild.cloneNode(true)

function guest (each) {
  const money = Number(each.paid) ? [euros.format(each.paid)] : []
  return { id: each.id, ticket: '', name: each.name, seats: each.seats, more: each.seats - 1, here: true, notes: [words.arrival, ...money, ...(waiting.refused[each.id] ? [words.untaken] : [])] }
}

function show () {
  const unsent = Object.entries({ ...waiting.refused, ...waiting.arrivals }).map(([id, each]) => ({ id, ...each }))
  if (known) {
    const arrivals = new Map([...known.arrivals, ...unsent].map(each => [each.id, each]))
    const people = [...known.people, ...[...arrivals.values()].map(guest)]
    const ids = new Set(people.map(each => each.id))
    for (const [id, row] of shown) if (!ids.has(id)) { row.remove(); shown.delete(id) }
    for (const person of people) {
      const row = shown.get(person.id) ?? list.appendChild(blank())
      shown.set(person.id, filled(row, person))
      if (!person.ticket && person.notes[0] === words.arrival) row.querySelector('button').disabled = true
    }
  } else {
    for (const [id, mark] of Object.entries(waiting.marks)) if (shown.has(id)) press(shown.get(id), mark.here)
    for (const each of unsent) {
      const row = filled(shown.get(each.id) ?? list.appendChild(blank()), guest(each))
      row.querySelector('button').disabled = true
      shown.set(each.id, row)
    }
  }
  total()
}

function total () {
  let here = 0
  let all = 0
  for (const row of shown.values()) {
    const seats = Number(row.dataset.seats)
    all += seats
    if (row.dataset.here === 'yes') here += seats
  }
  root.querySelector('[data-total]').textContent = words.total.replace('{here}', here).replace('{all}', all)
}

function body () {
  const now = Date.now()
  const ago = at => Math.max((now - at) / 1000, 0)
  const form = new FormData()
  form.append('csrf_token', words.token)
  form.append('waiting', JSON.stringify({
    marks: Object.entries(waiting.marks).map(([seat, { here, at }]) => ({ seat, here, ago: ago(at) })),
    arrivals: Object.entries(waiting.arrivals).map(([id, { name, seats, paid, at }]) => ({ id, name, seats, paid, ago: ago(at) }))
  }))
  return form
}

function arrived (sent) { // what was noted meanwhile stays
  for (const id of known.refused) if (sent.arrivals[id]) waiting.refused[id] = sent.arrivals[id]
  for (const kind of ['marks', 'arrivals']) {
    for (const [id, { at }] of Object.entries(sent[kind])) if (waiting[kind][id]?.at === at) delete waiting[kind][id]
  }
  keep()
}

async function send () {
  if (under_way) { again = true; return }
  under_way = true
  const sent = structuredClone(waiting)
  if (count()) say('sending')
  try {
    const answer = await fetch(words.marks, { method: 'POST', body: body(), headers: { Accept: 'application/json' } })
    if (answer.ok && !answer.redirected) {
      known = await answer.json()
      arrived(sent)
      show()
      say('saved', known.saved)
      await remember(words.marks, new Response(JSON.stringify(known)))
    } else if (answer.status >= 500 || answer.status === 429) say('kept')
    else { // signed out, or closed: what the house told goes, what was noted here stays
      if ('caches' in window) await (await caches.open(CACHE)).delete(words.marks)
      say('refused')
    }
  } catch {
    if (known === null) await recall()
    say('kept')
  } finally {
    under_way = false
  }
  if (again) { again = false; send() }
}

async function remember (path, answer) {
  if ('caches' in window) await (await caches.open(CACHE)).put(path, answer)
}

async function recall () { // opened without a network: as the house last told it here
  const kept = 'caches' in window ? await caches.match(words.marks, { cacheName: CACHE }) : undefined
  known = kept ? await kept.json() : null
  show()
}

function mark (row, here) {
  waiting.marks[row.dataset.row] = { here, at: Date.now() }
  keep()
  press(row, here)
  total()
  send()
}

list.addEventListener('submit', event => {
  event.preventDefault()
  const row = event.target.closest('[data-row]')
  mark(row, row.dataset.here !== 'yes')
})

const plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

root.querySelector('[data-search]').addEventListener('input', event => {
  const wanted = plain(event.target.value.trim())
  for (const row of shown.values()) row.hidden = !plain(row.querySelector('[data-name]').textContent).includes(wanted)
})

document.querySelector('form[data-ticket]').addEventListener('submit', event => {
  const field = event.target.elements.ticket
  const code = (field.value.match(/[?&]ticket=([^&]+)/)?.[1] ?? field.value).replace(/[\s-]/g, '').toUpperCase()
  const row = code && [...shown.values()].find(each => each.dataset.ticket === code)
  if (!row && navigator.onLine) return // the house says what is wrong with it
  event.preventDefault()
  if (!row) { root.querySelector('[data-said]').textContent = words.unknown; return }
  mark(row, true)
  field.value = ''
  row.scrollIntoView({ block: 'center' })
})

root.querySelector('form[data-arrival]').addEventListener('submit', event => {
  event.preventDefault()
  const { name, seats, paid } = event.target.elements
  if (!name.value.trim()) { name.focus(); return }
  const money = (Math.round(Number(paid.value.replace(',', '.')) * 100) / 100 || 0).toFixed(2)
  waiting.arrivals[crypto.randomUUID()] = { name: name.value.trim(), seats: Number(seats.value) || 1, paid: money, at: Date.now() }
  keep()
  event.target.reset()
  show()
  send()
})

async function prepare () { // so that the page opens without a network too
  if (!('serviceWorker' in navigator)) return
  await navigator.serviceWorker.register(words.worker)
  const cache = await caches.open(CACHE)
  const files = performance.getEntriesByType('resource').map(each => each.name).filter(name => name.includes('/static/'))
  await cache.addAll([...files, location.pathname])
  root.dataset.kept = 'yes'
}

for (const part of root.querySelectorAll('[data-scripted]')) part.hidden = false
addEventListener('online', send)
setInterval(send, EVERY_MS)
show()
await send()
if (root.dataset.state === 'saved') await prepare()

// Without this file the paper tells when the page was opened; with it, when it was printed.
addEventListener('beforeprint', () => {
  const stamp = document.querySelector('[data-stamp]')
  const now = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'full', timeStyle: 'short', timeZone: stamp.dataset.zone }).format(new Date())
  for (const line of stamp.children) line.textContent = stamp.dataset.stamp.replace('{when}', now)
})
