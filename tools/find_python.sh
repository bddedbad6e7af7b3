# Print the Python to set up with: the one named, or else the first that will do.
# A name found on the PATH need not run (pyenv leaves such names), so each is tried.

runs() { "$1" -c '' 2>/dev/null; }
will_do() { "$1" -IS tools/setup_environment.py --is-supported 2>/dev/null; }

named=$1
if [ -n "$named" ]; then
    runs "$named" && echo "$named" && exit
    echo "PYTHON=$named does not run." >&2
    exit 1
fi

# The Python that .venv was made with stays the choice, so it is named only once.
previous=$(sed -n 's/^executable = //p' .venv/pyvenv.cfg 2>/dev/null)
for python in "$previous" python3 python3.13 python3.12 python3.11; do
    will_do "$python" && echo "$python" && exit
done

# None will do: let one that runs explain what is wrong with it.
runs python3 && echo python3 && exit
echo "No Python was found. Install Python 3.11, 3.12 or 3.13 and try again." >&2
exit 1
