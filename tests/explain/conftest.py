"""What the tests of explanations share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # by_hand.py and reading.py
