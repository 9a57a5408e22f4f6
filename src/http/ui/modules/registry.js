// The modules of the page in one file, each as a function that makes what it exports. They are put together by
// the server from the files of the same names, which say what they are for.
const $modules = {}
const $made = {}
const $failures = {}
const $use = (name) => ($made[name] ??= $modules[name]($use, $load))
const $load = async (name) => {
  if (!$modules[name]) {
    const { modules, vendored } = await $ask(name)
    for (const other of vendored) $made[other] ??= await $ask(other)
    Object.assign($modules, modules)
  }
  return $use(name)
}
// A browser does not ask again for what it could not load, for as long as the page is open; by another address it does.
const $ask = async (name) => {
  try {
    return await import($failures[name] ? `./${name}?again=${$failures[name]}` : `./${name}`)
  } catch (failure) {
    $failures[name] = ($failures[name] ?? 0) + 1
    throw failure
  }
}
