// The modules of the page in one file, each as a function that makes what it exports. They are put together by
// the server from the files of the same names, which say what they are for.
const $modules = {}
const $made = {}
const $use = (name) => ($made[name] ??= $modules[name]($use, $load))
const $load = async (name) => {
  if (!$modules[name]) Object.assign($modules, (await import(`./${name}`)).default)
  return $use(name)
}
