"""After a change in the console: this process shows it at once; the others hear of it by the stamp within a second."""

from house.current import parts


def reload_directory() -> None:
    with parts().db.read() as session:
        parts().directory.reload(session)
