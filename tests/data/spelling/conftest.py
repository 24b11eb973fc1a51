"""What the tests of spelling share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # number_styles.py
