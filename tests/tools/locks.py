"""The locks: what they pin, and what the packages in them ask for."""

import functools
import itertools
import re
from importlib.metadata import distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
SYSTEMS = [
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
]
PROCESSORS = {"linux": ["x86_64", "aarch64"], "darwin": ["arm64"], "win32": ["AMD64"]}
ENVIRONMENTS = [
    {**system, "python_version": python, "python_full_version": f"{python}.{patch}"}
    | {"platform_machine": processor}
    for system in SYSTEMS
    for processor in PROCESSORS[system["sys_platform"]]
    for python, patch in itertools.product(PYTHONS, (0, 9))
]


@functools.cache
def pins(text):
    """The pins of a lock, as (requirement, hashes) pairs."""
    entries = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    return [
        (Requirement(entry.split("--hash")[0]), entry.split("--hash=")[1:]) for entry in entries
    ]


def name(requirement):
    return canonicalize_name(requirement.name)


def version(pin):
    (specifier,) = pin.specifier
    return specifier.version


def holds(requirement, environment, extras=()):
    """Whether a requirement is one in this environment, for a package asked for with extras."""
    marker = requirement.marker
    asked = ({**environment, "extra": extra} for extra in ("", *extras))
    return marker is None or any(map(marker.evaluate, asked))


def locked(text, environment):
    """The pins of a lock that hold in an environment, by name."""
    return {name(pin): pin for pin, _ in pins(text) if holds(pin, environment)}


def lacks(wanted, pinned):
    """Say how the pins of an environment do not answer a requirement; None if they do."""
    pin = pinned.get(name(wanted))
    fits = pin and wanted.extras <= pin.extras
    if fits and wanted.specifier.contains(version(pin), prereleases=True):
        return None
    return f"{wanted} is asked for, the lock has {pin or 'none'}"


def unanswered(text):
    """Say what the packages of a lock ask for, on any system, and no pin of it answers.

    A name with an extra is answered by a pin with that extra alone: to pip 23 the two are two
    packages. What a package asks for is read from its installation, so a package that belongs
    here has to be installed as it is pinned; those of other systems are left out.
    """
    faults, asked = set(), {}
    for pin in locked(text, {}).values():
        installed = distribution(pin.name)
        if installed.version != version(pin):
            faults.add(f"{pin} is not what is installed: {installed.version}")
        asked[pin] = [Requirement(each) for each in installed.requires or ()]
    for environment in ENVIRONMENTS:
        pinned = locked(text, environment)
        for pin in pinned.values():
            needed = (each for each in asked.get(pin, ()) if holds(each, environment, pin.extras))
            faults |= {f"{pin.name}: {fault}" for each in needed if (fault := lacks(each, pinned))}
    return sorted(faults)
