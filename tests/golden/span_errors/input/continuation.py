lambda\
\"
