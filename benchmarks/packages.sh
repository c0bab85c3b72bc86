#!/usr/bin/env bash
# packages.sh FOLDER: fetch the packages of packages-python.txt and packages-npm.txt by the registries' own clients,
# and unpack each into FOLDER/python/NAME or FOLDER/npm/NAME. What is there already is left as it is; what the
# registry does not have is said, and left out.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/python" "$1/npm"
out=$(cd "$1" && pwd)
got=$(mktemp -d)
trap 'rm -rf "$got"' EXIT

while read -r package; do
  folder=$out/python/${package%%==*}
  [ -d "$folder" ] && continue
  rm -rf "$got"/*
  # Nothing is installed and nothing is built where there is a wheel, for whichever Python.
  for python in 3.13 3.12 3.11; do
    pip download -q --no-deps --only-binary :all: --python-version $python -d "$got" "$package" && break
  done || pip download -q --no-deps --no-binary :none: -d "$got" "$package" || { echo "no $package"; continue; }
  mkdir "$folder"
  case $(ls "$got") in
    *.whl) unzip -qo "$got"/*.whl -d "$folder" ;;
    *.tar.gz) tar xzf "$got"/*.tar.gz -C "$folder" ;;
  esac
done < "$here/packages-python.txt"

while read -r package; do
  name=${package%@*}
  name=${name#@}
  folder=$out/npm/${name/\//__}
  [ -d "$folder" ] && continue
  rm -rf "$got"/*
  (cd "$got" && npm pack --silent --ignore-scripts "$package" > /dev/null) || { echo "no $package"; continue; }
  mkdir "$folder"
  tar xzf "$got"/*.tgz -C "$folder" --strip-components=1 --no-same-owner
done < "$here/packages-npm.txt"
