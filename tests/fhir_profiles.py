"""Checks FHIR JSON against the StructureDefinitions' snapshots and Questionnaires of DEMIS: a small part of what a FHIR validator does.

Checked: cardinality, unknown elements, fixed and pattern values, slices (discriminators value, pattern, type), types and their
profiles, targets of references within the Bundle, extensions' urls where a profile closes them, codes of the code systems that
are there, the invariants that DEMIS adds as plain regular expressions and those named in INVARIANTS; answers to Questionnaires.
Not checked: FHIRPath in general, the inside of data types without a profile of their own (fhir.resources knows those), value sets
(they are not there: a binding counts only where its value set bears the name of a code system), terminologies of others, displays.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.fhir_answers import Answers, holds
from tests.fhir_invariants import INVARIANTS

BASE = "http://hl7.org/fhir/StructureDefinition/"
NULL_FLAVOR = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
MATCHES = re.compile(r"\$this(?:\.toString\(\)|\.as\(string\))?\.matches\('(.*)'\)")


@dataclass
class Node:
    """An element of a profile with its children and slices."""

    rule: dict[str, Any]
    children: dict[str, Node] = field(default_factory=dict)
    slices: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True)
class Value:
    """What stands in one place of a document: a primitive with its extensions, or an object."""

    content: Any
    extra: Any = None

    def child(self, rule: Mapping[str, Any]) -> tuple[str, list[Value]]:
        """Return the key under which the element of `rule` stands here, and its values."""
        name = rule["path"].rpartition(".")[2]
        keys = [name]
        if name.endswith("[x]"):
            stem = name[:-3]
            keys = [stem + entry["code"][0].upper() + entry["code"][1:] for entry in rule.get("type", [])]
        source = self.content if isinstance(self.content, dict) else self.extra if isinstance(self.extra, dict) else {}
        for key in keys:
            if key in source or f"_{key}" in source:
                return key, list(_values(source.get(key), source.get(f"_{key}")))
        return keys[0], []


def _values(content: Any, extra: Any) -> Iterator[Value]:
    if isinstance(content, list) or isinstance(extra, list):
        contents, extras = content or [], extra or []
        for at in range(max(len(contents), len(extras))):
            yield Value(contents[at] if at < len(contents) else None, extras[at] if at < len(extras) else None)
    elif content is not None or extra is not None:
        yield Value(content, extra)


class Profiles:
    """The profiles, questionnaires and code systems of an archive of FHIR definitions."""

    def __init__(self, archive: Path) -> None:
        self._texts: dict[str, bytes] = {}
        with tarfile.open(archive) as tar:
            for member in tar:
                opened = tar.extractfile(member)
                if opened:
                    self._texts[Path(member.name).stem] = opened.read()
        self.definition = cache(self._definition)
        self.tree = cache(self._tree)
        systems = [json.loads(text) for stem, text in self._texts.items() if stem.startswith("CodeSystem-")]
        self.codes = {s["url"]: set(_codes(s["concept"])) for s in systems if s.get("content") == "complete"}
        self.codes.pop("urn:iso:std:iso:3166", None)

    def _definition(self, url: str) -> dict[str, Any] | None:
        stem = url.rpartition("/")[2]
        text = self._texts.get(f"StructureDefinition-{stem}")
        return json.loads(text) if text else None

    def questionnaire(self, url: str) -> dict[str, Any] | None:
        """Return the Questionnaire of this URL."""
        text = self._texts.get(f"Questionnaire-{url.rpartition('/')[2]}")
        return json.loads(text) if text else None

    def questionnaires(self) -> Iterator[dict[str, Any]]:
        """Yield all Questionnaires."""
        yield from (json.loads(text) for stem, text in self._texts.items() if stem.startswith("Questionnaire-"))

    def code_system(self, name: str) -> dict[str, Any]:
        """Return the CodeSystem of this name."""
        return dict(json.loads(self._texts[f"CodeSystem-{name}"]))

    def _tree(self, url: str) -> Node | None:
        definition = self.definition(url)
        if definition is None:
            return None
        nodes: dict[str, Node] = {}
        for rule in definition["snapshot"]["element"]:
            node = nodes[rule["id"]] = Node(rule)
            parent, _, last = rule["id"].rpartition(".")
            if ":" in last:
                base = rule["id"].rpartition(":")[0]
                nodes[base].slices[last.partition(":")[2]] = node
            elif parent:
                nodes[parent].children[last] = node
        return nodes[definition["snapshot"]["element"][0]["id"]]

    def is_kind_of(self, url: str, wanted: str) -> bool:
        """Tell whether profile `url` is `wanted` or derived from it."""
        while url != wanted:
            definition = self.definition(url)
            if definition is None or "baseDefinition" not in definition:
                return False
            url = definition["baseDefinition"]
        return True

    def check(self, resource: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with a resource (or Bundle, or Parameters) by the profiles it claims."""
        check = Check(self)
        check.resource(Value(resource), resource["resourceType"])
        return check.errors


def _codes(concepts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for concept in concepts:
        yield concept["code"]
        yield from _codes(concept.get("concept", ()))


@dataclass
class Check:
    """One run over one resource; `within` are the resources that references can reach."""

    profiles: Profiles
    within: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    entered: list[Mapping[str, Any]] = field(default_factory=list)

    def fail(self, path: str, problem: str) -> None:
        """Note a problem."""
        if f"{path}: {problem}" not in self.errors:
            self.errors.append(f"{path}: {problem}")

    def resource(self, value: Value, path: str, also: Iterable[str] = ()) -> None:
        """Check a resource by the profiles it names, and by those that its place wants."""
        content = value.content
        if content.get("resourceType") == "Bundle" and not any(content is bundle for bundle in self.entered):
            self.entered.append(content)
            self._enter(content, path)
        self._everywhere(content, path)
        named = content.get("meta", {}).get("profile", [])
        if not named and not list(also):
            return
        for url in dict.fromkeys([*named, *also]):
            tree = self.profiles.tree(url)
            if tree is None:
                if not url.startswith(BASE):
                    self.fail(path, f"claims a profile that does not exist: {url}")
            elif tree.rule["path"] != content["resourceType"]:
                self.fail(path, f"is no {tree.rule['path']}, as {url} wants")
            else:
                self.element(tree, value, path)
        if content["resourceType"] == "QuestionnaireResponse":
            self._answers(content, path)

    def _everywhere(self, content: Any, path: str) -> None:
        """Check what needs no profile of its place: extensions by their own url, codes by their system."""
        if isinstance(content, list):
            for number, item in enumerate(content):
                self._everywhere(item, f"{path}[{number}]")
        if not isinstance(content, dict):
            return
        codes = self.profiles.codes.get(content.get("system", "")) if "code" in content else None
        if codes and content["code"] not in codes:
            self.fail(path, f"has a code that is not in {content['system']}: {content['code']}")
        for extension in content.get("extension", []):
            self._extension(extension, path)
        for key, inner in content.items():
            if key != "resource":  # checked by itself
                self._everywhere(inner, f"{path}.{key}")

    def _extension(self, extension: Mapping[str, Any], path: str) -> None:
        url = extension["url"]
        tree = self.profiles.tree(url)
        if tree:
            self.element(tree, Value(extension), f"{path}.extension({url.rpartition('/')[2]})")
        elif url.startswith("https://demis.rki.de/"):
            self.fail(path, f"has an extension that does not exist: {url}")

    def _enter(self, bundle: Mapping[str, Any], path: str) -> None:
        for number, entry in enumerate(bundle.get("entry", [])):
            url = entry.get("fullUrl")
            if url in self.within:
                self.fail(f"{path}.entry[{number}]", "has the fullUrl of another entry")
            self.within[url] = entry["resource"]
        if bundle.get("type") == "document" and bundle["entry"][0]["resource"]["resourceType"] != "Composition":
            self.fail(path, "is a document that does not begin with a Composition")
        if bundle.get("type") == "document" and not bundle.get("timestamp"):
            self.fail(path, "is a document without a timestamp")

    def element(self, node: Node, value: Value, path: str) -> None:
        """Check a value and all below it."""
        self._exact(node.rule, value, path)
        self._invariants(node.rule, value, path)
        self._binding(node.rule, value, path)
        if not node.children:
            return
        known: set[str] = {"resourceType"}
        for child in node.children.values():
            key, values = value.child(child.rule)
            known |= {key, f"_{key}"}
            self._count(child, values, f"{path}.{key}")
            for number, inner in enumerate(values):
                self._child(child, inner, f"{path}.{key}" + (f"[{number}]" if child.rule["max"] != "1" else ""))
            self._slices(child, values, f"{path}.{key}")
        if isinstance(value.content, dict):
            for key in sorted(value.content.keys() - known):
                self.fail(path, f"has an element that its profile does not know: {key}")

    def _count(self, node: Node, values: list[Value], path: str) -> None:
        least, most = node.rule["min"], node.rule["max"]
        if len(values) < least:
            self.fail(path, f"stands {len(values)} times and must at least {least}")
        if most != "*" and len(values) > int(most):
            self.fail(path, f"stands {len(values)} times and may at most {most}")

    def _child(self, node: Node, value: Value, path: str) -> None:
        self.element(node, value, path)
        types = node.rule.get("type", [])
        kinds = [entry for entry in types if len(types) == 1 or path.partition("[")[0].endswith(entry["code"])]
        wanted = [url for entry in kinds for url in entry.get("profile", [])]
        if isinstance(value.content, dict) and "resourceType" in value.content:
            self.resource(value, path, [url for url in wanted if not self._is(value.content, url)])
            return
        if len(wanted) == 1 and (tree := self.profiles.tree(wanted[0])):
            self.element(tree, value, path)
        self._target(node.rule, value, path)

    def _target(self, rule: Mapping[str, Any], value: Value, path: str) -> None:
        targets = [url for entry in rule.get("type", []) for url in entry.get("targetProfile", [])]
        reference = value.content.get("reference") if isinstance(value.content, dict) else None
        if not isinstance(reference, str) or not self.within:
            return
        target = next((r for url, r in self.within.items() if url == reference or url.endswith("/" + reference)), None)
        if target is None:
            self.fail(path, "refers to nothing in this Bundle")
        elif targets and not any(self._is(target, url) for url in targets):
            self.fail(path, f"refers to what is none of {', '.join(url.rpartition('/')[2] for url in targets)}")

    def _is(self, resource: Mapping[str, Any], url: str) -> bool:
        if url.startswith(BASE):
            return resource["resourceType"] == url.removeprefix(BASE) or url == BASE + "Resource"
        return any(self.profiles.is_kind_of(named, url) for named in resource.get("meta", {}).get("profile", []))

    def _slices(self, node: Node, values: list[Value], path: str) -> None:
        if not node.slices:
            return
        slicing = node.rule.get("slicing", {})
        matched: set[int] = set()
        for name, inner in node.slices.items():
            mine = [at for at, value in enumerate(values) if self._matches(slicing, inner, value)]
            matched |= set(mine)
            self._count(inner, [values[at] for at in mine], f"{path}:{name}")
            for at in mine:
                self._child(inner, values[at], f"{path}[{at}]")
        if slicing.get("rules") == "closed":
            for at in sorted(set(range(len(values))) - matched):
                self.fail(f"{path}[{at}]", "is in none of the slices, and no others are allowed")

    def _matches(self, slicing: Mapping[str, Any], node: Node, value: Value) -> bool:
        discriminators = slicing.get("discriminator", [])
        if not discriminators:  # extensions of the base profiles: by url
            discriminators = [{"type": "value", "path": "url"}]
        return all(self._discriminates(entry, node, value) for entry in discriminators)

    def _discriminates(self, discriminator: Mapping[str, Any], node: Node, value: Value) -> bool:
        path = discriminator["path"]
        if discriminator["type"] == "type":
            wanted = {entry["code"] for inner in self._nodes(node, path) for entry in inner.rule.get("type", [])}
            found = _reach(value, path)
            kinds = {v.content.get("resourceType") for v in found if isinstance(v.content, dict)} - {None}
            return bool(kinds & wanted) or (not kinds and bool(wanted & _primitives(value)))
        wanted_values = [w for inner in self._nodes(node, path) if (w := _wanted(inner.rule)) is not None]
        return bool(wanted_values) and any(holds(w, v.content) for w in wanted_values[:1] for v in _reach(value, path))

    def _nodes(self, node: Node, path: str) -> list[Node]:
        """Return the nodes at a discriminator's path, in the slice itself and in the profiles of its type."""
        roots = [node, *(t for e in node.rule.get("type", []) for url in e.get("profile", []) if (t := self.profiles.tree(url)))]
        if path == "$this":
            return roots
        steps = re.split(r"\.(?![^(]*\))", path)
        for step in steps:
            roots = [found for root in roots for found in _step(root, step)]
        return roots

    def _exact(self, rule: Mapping[str, Any], value: Value, path: str) -> None:
        for key, wanted in rule.items():
            if key.startswith("fixed") and value.content != wanted:
                self.fail(path, f"must be {json.dumps(wanted, ensure_ascii=False)}")
            if key.startswith("pattern") and not holds(wanted, value.content):
                self.fail(path, f"must hold {json.dumps(wanted, ensure_ascii=False)}")

    def _invariants(self, rule: Mapping[str, Any], value: Value, path: str) -> None:
        for constraint in rule.get("constraint", []):
            if constraint["severity"] != "error":
                continue
            pattern = MATCHES.fullmatch(constraint.get("expression", ""))
            if pattern and isinstance(value.content, str) and not re.search(pattern[1].replace("\\\\", "\\"), value.content):
                self.fail(path, f"breaks {constraint['key']}")
            holds = INVARIANTS.get(constraint["key"])
            if holds and isinstance(value.content, dict) and not holds(value.content):
                self.fail(path, f"breaks {constraint['key']}")

    def _binding(self, rule: Mapping[str, Any], value: Value, path: str) -> None:
        content = value.content
        if not isinstance(content, dict):
            return
        codings = content.get("coding", [content] if "system" in content and "code" in content else [])
        binding = rule.get("binding", {})
        name = binding.get("valueSet", "").partition("|")[0]
        system = name.replace("/ValueSet/", "/CodeSystem/")
        for coding in codings:
            if (
                binding.get("strength") == "required"
                and system in self.profiles.codes
                and coding.get("system") not in {system, NULL_FLAVOR}
            ):
                self.fail(path, f"has a code of another system than {system}")

    def _answers(self, response: Mapping[str, Any], path: str) -> None:
        questionnaire = self.profiles.questionnaire(response.get("questionnaire", ""))
        if questionnaire is None:
            self.fail(path, "answers no questionnaire that exists")
            return
        Answers(response, self.fail, self._given).check(questionnaire["item"], response.get("item", []), path)

    def _given(self, question: Mapping[str, Any], value: Mapping[str, Any], path: str) -> None:
        """Check an answer that is a Coding or a Reference by what its question says of value set and target."""
        self._binding({"binding": {"strength": "required", "valueSet": question.get("answerValueSet", "")}}, Value(value), path)
        named = [e.get("valueCanonical") for e in question.get("extension", []) if e["url"].endswith("referenceProfile")]
        self._target({"type": [{"targetProfile": named or [BASE + "Resource"]}]}, Value(value), path)


def _wanted(rule: Mapping[str, Any]) -> Any:
    return next((value for key, value in rule.items() if key.startswith(("fixed", "pattern"))), None)


def _primitives(value: Value) -> set[str]:
    return {"string", "code", "dateTime"} if isinstance(value.content, str) else {"Reference"} if isinstance(value.content, dict) else set()


def _reach(value: Value, path: str) -> list[Value]:
    """Return the values at a discriminator's path."""
    if path == "$this":
        return [value]
    found = [value]
    for step in re.split(r"\.(?![^(]*\))", path):
        extension = re.fullmatch(r"extension\('(.*)'\)", step)
        if extension:
            inner = [e for v in found for e in (v.content or {}).get("extension", []) if e["url"] == extension[1]]
            found = [Value(e) for e in inner]
        else:
            keys = [step] if step != "value" else ["value", "valueCoding", "valueCode", "valueIdentifier"]
            found = [i for v in found if isinstance(v.content, dict) for k in keys for i in _values(v.content.get(k), None)]
    return found


def _step(node: Node, step: str) -> list[Node]:
    extension = re.fullmatch(r"extension\('(.*)'\)", step)
    if extension:
        return list(node.children["extension"].slices.values()) if "extension" in node.children else []
    return [node.children[key] for key in (step, f"{step}[x]") if key in node.children]
