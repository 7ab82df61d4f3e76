"""Speed as ratios against a floor or a peer, measured in one run.

`make bench` or `python -m bench [topic …]`.
"""
