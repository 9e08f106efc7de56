.PHONY: setup run test check fix shots

setup:
	@scripts/setup

run: setup
	@.venv/bin/python manage.py serve

test: setup
	@.venv/bin/python -m pytest

check: setup
	@scripts/check

fix: setup
	@scripts/fix

shots: setup
	@scripts/shots
