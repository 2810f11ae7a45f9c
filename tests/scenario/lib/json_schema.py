"""As much of JSON Schema (2020-12) as our schemas use. A schema with another keyword is refused:
what is not checked must not look as if it were."""

TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "null": lambda v: v is None,
}
ANNOTATIONS = {"$schema", "$defs", "title", "description"}
CHECKED = {"$ref", "type", "enum", "minimum", "required", "properties", "items",
           "additionalProperties"}


def resolve(root, reference):
    """The part of the schema that "#/$defs/name" means."""
    assert reference.startswith("#/"), reference
    schema = root
    for key in reference[2:].split("/"):
        schema = schema[key]
    return schema


def object_faults(root, schema, value, path):
    """Faults of an object's keys."""
    properties = schema.get("properties", {})
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{path}: {key} is missing"
    others = schema.get("additionalProperties", True)
    for key, item in value.items():
        if key in properties:
            yield from faults(root, properties[key], item, f"{path}.{key}")
        elif others is False:
            yield f"{path}: {key} is unknown"
        elif others is not True:
            yield from faults(root, others, item, f"{path}.{key}")


def faults(root, schema, value, path="$"):
    """What is wrong with the value, one sentence each."""
    unknown = set(schema) - ANNOTATIONS - CHECKED
    assert not unknown, f"{path}: the schema has {unknown}, which is not checked here"
    if "$ref" in schema:
        yield from faults(root, resolve(root, schema["$ref"]), value, path)
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(TYPES[name](value) for name in types):
        yield f"{path}: {value!r} is no {' or '.join(types)}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum']}"
    if "minimum" in schema and TYPES["number"](value) and value < schema["minimum"]:
        yield f"{path}: {value!r} is below {schema['minimum']}"
    if isinstance(value, dict):
        yield from object_faults(root, schema, value, path)
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            yield from faults(root, schema["items"], item, f"{path}[{i}]")
