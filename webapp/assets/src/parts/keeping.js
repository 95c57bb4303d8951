import { LEAVING } from './turning.js'

// The language is changed with what was typed going along: the form that was touched last, and whatever else was typed
// into; where nothing was, the one that the page names, or that stands here filled or refused. The button has a form of its own: a button of the other one,
// standing before it in the page, would be what the Enter key presses there.

// A list of attendance keeps its marks on the device itself.
const KEPT = 'main form[method=post]:not([data-session])'
const MARKED = '[data-filled], :has(.govuk-error-message, [aria-invalid=true])'

const changed = field => {
  if (field.type === 'hidden' || !field.name) return false
  if (field.type === 'checkbox' || field.type === 'radio') return field.checked !== field.defaultChecked
  if (field.options) return chosenOtherwise([...field.options], field.multiple)
  return field.type === 'file' ? field.files.length > 0 : field.value !== field.defaultValue
}

// Where no option is named by the page, the browser shows the first one of a list that takes one.
function chosenOtherwise (options, several) {
  const named = options.some(each => each.defaultSelected)
  return options.some((each, index) => each.selected !== (named || several ? each.defaultSelected : index === 0))
}

const typedInto = () => [...document.querySelectorAll(KEPT)].filter(form => [...form.elements].some(changed))

function choose (button, touched) {
  const forms = [...document.querySelectorAll(KEPT)]
  const typed = typedInto()
  const refused = document.querySelector('.govuk-error-summary') && forms.length === 1 ? forms[0] : undefined
  return typed.includes(touched)
    ? touched
    : typed.at(-1) ?? document.getElementById(button.dataset.keep) ?? forms.find(form => form.matches(MARKED)) ?? refused
}

function placeFor (form, button) {
  const place = new URL(button.dataset.keepAt, location.href)
  if (place.searchParams.has('next')) place.searchParams.set('next', button.form.elements.next.value) // of a page that was turned
  place.searchParams.set('to', new URL(form.getAttribute('action') ?? '', location.href).pathname)
  return place
}

// Further forms of the page that were typed into are kept before: their ids.
async function keepBeside (forms, button) {
  const ids = []
  for (const form of forms) {
    const answer = await fetch(placeFor(form, button), {
      method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' }, credentials: 'same-origin'
    }).catch(() => ({ ok: false })) // no network: the one that is sent will not arrive either
    if (answer.ok) ids.push((await answer.json()).held)
  }
  return ids.filter(Boolean)
}

// Sent as it stands, without what a form does when it is sent: nothing is checked, and its draft is kept as well.
function sendAlong (form, button, beside) {
  const action = form.getAttribute('action')
  const place = placeFor(form, button)
  for (const id of beside) place.searchParams.append('also', id)
  form.setAttribute('action', place.pathname + place.search)
  HTMLFormElement.prototype.submit.call(form)
  if (action === null) form.removeAttribute('action')
  else form.setAttribute('action', action)
}

export function keepWhatIsTyped () {
  const button = document.querySelector('header [name=language]')
  let touched
  let going = false
  document.addEventListener('input', event => { touched = event.target.form ?? touched }) // "change" comes late, on leaving a text
  button?.form.addEventListener('submit', async event => {
    if (going) return
    const kept = button.dataset.keepAt ? choose(button, touched) : undefined
    const leaving = new CustomEvent(LEAVING, { detail: [] })
    document.dispatchEvent(leaving)
    if (!kept && !leaving.detail.length) return
    event.preventDefault()
    going = true
    await Promise.all([...leaving.detail, new Promise(resolve => setTimeout(resolve))]) // drafts first; a form that is being sent is not sent again
    if (kept) sendAlong(kept, button, await keepBeside(typedInto().filter(each => each !== kept), button))
    else button.form.requestSubmit(button)
    going = false
  })
}
