"""Every message that may reach a command line has its Chinese."""

import re

import pytest

from clearprop.choices.commands import COMMANDS
from clearprop.messages import HELP, catalogues, help_text, translated

from sentences import Sentence, rooms, sentences
