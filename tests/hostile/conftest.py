"""The generators of files stand beside the test that uses them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
