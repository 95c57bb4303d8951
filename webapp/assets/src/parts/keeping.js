// The language is changed with what was typed into the form of the page going along. The button has a form of its own:
// a button of the other one, standing before it in the page, would be what the Enter key presses there.
export function keepWhatIsTyped () {
  const button = document.querySelector('[data-keep]')
  button?.form.addEventListener('submit', event => {
    const kept = document.getElementById(button.dataset.keep)
    if (!kept) return
    event.preventDefault()
    const along = document.createElement('button')
    Object.assign(along, { formAction: button.dataset.keepAt, formNoValidate: true, hidden: true })
    kept.append(along)
    kept.requestSubmit(along)
    along.remove()
  })
}
