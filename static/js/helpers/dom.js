import { languageTag, translate } from "../i18n/language.js"

/**
 * The one element that matches; its absence is a mistake in the markup.
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {any} of the kind that the markup says
 */
export function find(selector, root = document) {
  const element = root.querySelector(selector)
  if (!element) throw new Error(`the page has no ${selector}`)
  return element
}

/**
 * All elements that match.
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {any[]} of the kind that the markup says
 */
export function findAll(selector, root = document) {
  return [...root.querySelectorAll(selector)]
}

/** Whether lines begin at the right there. */
export function isRightToLeft(element) {
  return getComputedStyle(element).direction === "rtl"
}

/** To translate takes longer than to copy: each language has its own, once. @type {Map<string, DocumentFragment>} */
const translated = new Map()

/**
 * A fresh copy of the only element inside `<template id="…">`, in the language of the page.
 * @param {string} id
 * @returns {any} of the kind that the markup says
 */
export function cloneTemplate(id) {
  const key = `${id} ${languageTag()}`
  if (!translated.has(key)) translated.set(key, translatedTemplate(id))
  return translated.get(key).firstElementChild.cloneNode(true)
}

function translatedTemplate(id) {
  const copy = document.importNode(find(`template#${id}`).content, true)
  translate(copy)
  return copy
}

/**
 * Lets an element have the part that a template makes, or not; most messages do without most parts.
 * @param {HTMLElement} element
 * @param {string} id of the template, and the class of the part with its first "-" as "__"
 * @param {boolean} isThere
 * @param {(part: any) => void} put where it belongs
 * @returns {any} the part, or null
 */
export function showPart(element, id, isThere, put) {
  const before = element.querySelector(`.${id.replace("-", "__")}`)
  if (isThere && before) return before
  if (isThere) {
    const part = cloneTemplate(id)
    put(part)
    return part
  }
  // Whoever was at it is left at what it was a part of.
  if (before?.contains(document.activeElement)) element.focus()
  before?.remove()
  return null
}

/** Makes the children of `parent` be exactly `elements`, moving as few as it can. */
export function arrangeChildren(parent, elements) {
  let next = parent.firstElementChild
  const wanted = new Set(elements)
  for (const element of elements) {
    while (next && !wanted.has(next)) next = removeAndAdvance(next)
    if (element === next) next = next.nextElementSibling
    else parent.insertBefore(element, next)
  }
  while (next) next = removeAndAdvance(next)
}

function removeAndAdvance(element) {
  const next = element.nextElementSibling
  element.remove()
  return next
}
