"""How good is ``clearprop train FILE --target T`` on real tables?"""
