"""The knowledge: questions and answers (静静有问题), how they are found, and what is said when none is found."""
