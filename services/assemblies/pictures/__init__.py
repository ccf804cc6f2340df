"""What a plan or a draw looks like to the public: the load of each unit, and the report of a draw."""
