"""What developing Tradepost needs beside it; standard library only, save for the documentation."""
