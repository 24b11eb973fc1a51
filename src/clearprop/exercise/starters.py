STARTERS = {"forward": 1}


def starter(name: str, lang: str, function: str | None) -> str:
    return ""
