#!/usr/bin/env bash
# packages.sh FOLDER [LIST …]: fetch the packages of the lists (those beside this file, if none is named) by the
# registries' own clients, and unpack each into FOLDER/python/NAME or FOLDER/npm/NAME. `name==1.0` is one of PyPI,
# `name@1.0` one of npm. What is there already is left as it is; what the registry does not have is said, and left out.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1
shift
[ $# -gt 0 ] || set -- "$here"/packages-*.txt
mkdir -p "$out/python" "$out/npm"
got=$(mktemp -d)
trap 'rm -rf "$got"' EXIT

from_pypi() {
  # Nothing is installed and nothing is built where there is a wheel, for whichever Python.
  for python in 3.13 3.12 3.11; do
    pip download -q --no-deps --only-binary :all: --python-version $python -d "$got" "$1" 2> /dev/null && break
  done || pip download -q --no-deps -d "$got" "$1" || return
  case $(ls "$got") in
    *.whl) unzip -qo "$got"/*.whl -d "$2" ;;
    *) mkdir "$2" && tar xf "$got"/* -C "$2" ;;
  esac
}

from_npm() {
  (cd "$got" && npm pack --silent --ignore-scripts "$1" > /dev/null) || return
  mkdir "$2"
  tar xzf "$got"/*.tgz -C "$2" --strip-components=1 --no-same-owner
}

cat "$@" | while read -r package; do
  name=${package%%==*}
  fetch=from_pypi folder=$out/python/$name
  if [ "$name" = "$package" ]; then
    name=${package%@*}
    name=${name#@}
    fetch=from_npm folder=$out/npm/${name/\//__}
  fi
  [ -d "$folder" ] && continue
  find "$got" -mindepth 1 -delete
  $fetch "$package" "$folder" || echo "no $package"
done
