using System.Text;
using Airside.Core;
using Airside.Core.Airlines;

namespace Airside.Tests.Airlines;

public sealed class OpenFlightsReaderTests
{
    [Fact]
    public void A_row_becomes_an_airline_with_nulls_and_empty_fields_kept_apart()
    {
        var airline = Assert.Single(ReadValid("""-7,"Name",\N,"","ABC","Call sign","Country","Y" """.TrimEnd()));

        Assert.Equal(new Airline(-7, "Name", alias: null, iata: "", "ABC", "Call sign", "Country", active: true), airline);
    }

    [Theory]
    [InlineData("\"Y\"", true)]
    [InlineData("Y", true)]
    [InlineData("\"N\"", false)]
    [InlineData("\"n\"", false)]
    public void Active_is_Y_or_N_in_either_case(string field, bool active) =>
        Assert.Equal(active, Assert.Single(ReadValid($"1,A,,,,,,{field}")).Active);

    [Theory]
    [InlineData(@"\N", null)]
    [InlineData(@"""\N""", null)]
    [InlineData(@"\n", @"\n")]
    [InlineData(@"\NN", @"\NN")]
    [InlineData(@" \N ", null)]
    [InlineData(@""" \N """, null)]
    [InlineData(@"""a """"quoted"""" word""", "a \"quoted\" word")]
    [InlineData(@"""a, b""", "a, b")]
    [InlineData("\"two\nlines\"", "two\nlines")]
    [InlineData("\"two\r\nlines\"", "two\r\nlines")]
    [InlineData(@"""ends with a backslash\""", @"ends with a backslash\")]
    [InlineData(@"d\\'Aviation", "d'Aviation")]
    [InlineData(@"""d\\\\'Azur""", "d'Azur")]
    [InlineData(@"\'n\'Roll \'", "'n'Roll '")]
    [InlineData(@"A\\B's", @"A\\B's")]
    [InlineData("'quoted'", "'quoted'")]
    [InlineData(@"""  spaces inside stay between  """, "spaces inside stay between")]
    [InlineData("  spaces  around\t", "spaces  around")]
    [InlineData("  \"both\"  ", "both")]
    [InlineData("\t\" both \" \t", "both")]
    [InlineData("\"a\"\"b \" ", "a\"b")]
    [InlineData("\u00a0no break\u3000", "no break")]
    [InlineData("\"  \"", "")]
    [InlineData("\"escape\u001b%G\"", "escape\u001b%G")]
    [InlineData("Aéreas 航空 ✈", "Aéreas 航空 ✈")]
    [InlineData("", "")]
    [InlineData("\"\"", "")]
    public void A_field_is_read_without_blanks_around_it_and_otherwise_unchanged(string field, string? value) =>
        Assert.Equal(value, Assert.Single(ReadValid($"1,A,{field},,,,,Y")).Alias);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Rows_end_with_either_line_end_and_blank_lines_are_skipped(string lineEnd)
    {
        var file = string.Join(lineEnd, "", "1,A,,,,,,Y", "", "", "2,B,,,,,,N", "3,C,,,,,,Y");

        Assert.Equal([1, 2, 3], ReadValid(file).Select(airline => airline.Id));
        Assert.Equal([1, 2, 3], ReadValid(file + lineEnd + lineEnd).Select(airline => airline.Id));
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_id() => Assert.Equal(1, Assert.Single(ReadValid("\uFEFF1,A,,,,,,Y")).Id);

    [Theory]
    [InlineData("1,A,,,,,,\"Y\" ")]
    [InlineData(" 1 , A ,,,,, , Y ")]
    [InlineData("\"1\" ,\"A\"\t,\"\" ,\"\" , \"\",\"\",\"\" ,\"Y\"  \r")]
    [InlineData("  \n1,A,,,,,,\" y \"\n\t\n")]
    public void Blanks_around_fields_and_after_closing_quotes_and_lines_of_blanks_mean_nothing(string file) =>
        Assert.Equal(new Airline(1, "A", "", "", "", "", "", active: true), Assert.Single(ReadValid(file)));

    [Theory]
    [InlineData("")]
    [InlineData("\n\r\n\n")]
    [InlineData("\uFEFF")]
    public void A_file_without_an_airline_is_refused(string file) => AssertErrors(file, (1, null, "the file contains no airlines"));

    [Theory]
    [InlineData("x", "is \"x\", which is not an integer")]
    [InlineData("", "is \"\", which is not an integer")]
    [InlineData("1.0", "is \"1.0\", which is not an integer")]
    [InlineData("2147483648", "is \"2147483648\", which is not an integer")]
    [InlineData(@"\N", @"is ""\N"", which is not an integer")]
    [InlineData("\"a\u001b[31m\"", "is \"a\uFFFD[31m\", which is not an integer")]
    [InlineData(
        "0123456789012345678901234567890123456789and more", "is \"0123456789012345678901234567890123456789…\", which is not an integer")]
    public void An_id_that_is_no_integer_is_an_error(string id, string cause) =>
        AssertErrors($"1,A,,,,,,Y\n{id},A,,,,,,Y\n", (2, "id", cause));

    [Fact]
    public void An_id_that_occurred_before_is_an_error_that_names_the_earlier_line() =>
        AssertErrors(
            "\n5,A,,,,,,Y\n6,B,,,,,,Y\n5,C,,,,,,N\n5,D,,,,,,N",
            (4, "id", "is 5, which the airline on line 2 already has"),
            (5, "id", "is 5, which the airline on line 2 already has"));

    [Theory]
    [InlineData("yes")]
    [InlineData("")]
    [InlineData(@"\N")]
    [InlineData("Y N")]
    public void Active_that_is_neither_Y_nor_N_is_an_error(string active) =>
        AssertErrors($"1,A,,,,,,{active}", (1, "active", $"is \"{active}\"; it must be Y or N"));

    [Fact]
    public void Bad_fields_are_errors_with_their_columns() =>
        AssertErrors(
            $"1,,,,,,,Y\n2,\\N,,,,,,Y\n3,A,{new string('x', 257)},,,,,Y\n4,A,,,,,a\0b,Y\n",
            (1, "name", "is empty; every airline needs a name"),
            (2, "name", @"is \N; every airline needs a name"),
            (3, "alias", "has 257 characters; at most 256 are allowed"),
            (4, "country", "contains a NUL character; is this a text file?"));

    [Fact]
    public void All_errors_of_one_row_are_told_and_the_rows_after_it_are_still_checked() =>
        AssertErrors(
            "x,,,,,,,maybe\ny,B,,,,,,Y",
            (1, "id", "is \"x\", which is not an integer"),
            (1, "active", "is \"maybe\"; it must be Y or N"),
            (1, "name", "is empty; every airline needs a name"),
            (2, "id", "is \"y\", which is not an integer"));

    [Theory]
    [InlineData("1,A,,,,,Y", 7)]
    [InlineData("1,A,,,,,,Y,", 9)]
    public void A_wrong_number_of_fields_is_an_error_of_the_row(string row, int count) =>
        AssertErrors($"0,A,,,,,,Y\n{row}", (2, null, $"the row has {count} fields instead of 8"));

    [Fact]
    public void A_row_of_one_field_is_told_in_the_singular() =>
        AssertErrors("0,A,,,,,,Y\n\"\"", (2, null, "the row has 1 field instead of 8"));

    [Theory]
    [InlineData("1,\"abc\n2,B,,,,,,Y\n", "the row has a quote that is never closed")]
    [InlineData("1,\"", "the row has a quote that is never closed")]
    [InlineData("1,\"ab\"c,,,,,,Y", "the row has text between a closing quote and the next comma")]
    [InlineData("1,\"ab\" c,,,,,,Y", "the row has text between a closing quote and the next comma")]
    [InlineData("1,ab\"c,,,,,,Y", "the row has a quote inside a field that does not begin with one")]
    public void A_malformed_quote_is_an_error_of_the_row(string row, string cause) =>
        AssertErrors($"0,A,,,,,,Y\n\n{row}", (3, null, cause));

    [Fact]
    public void Errors_give_the_line_on_which_the_row_begins() =>
        AssertErrors(
            "1,\"a\nb\nc\",,,,,,Y\r\n\r\n2,\"d\r\ne\",,,,,,?\r\n3,\"f\ng\"h,,,,,,Y\n4,I,,,,,,?",
            (5, "active", "is \"?\"; it must be Y or N"),
            (7, null, "the row has text between a closing quote and the next comma"),
            (9, "active", "is \"?\"; it must be Y or N"));

    [Fact]
    public void Bytes_that_are_no_text_in_any_known_encoding_are_an_error_with_line_and_column()
    {
        var file = Encoding.Latin1.GetBytes("1,A,,,,,,Y\n2,A\u00c3\u00a9reas,,,,,,Y\n3,B,,,,,\"\u00c3\",Y\n4,\u00ed\u00a0\u0080,,,,,,Y");

        AssertErrors(file, (3, "country", "contains bytes that are not UTF-8"), (4, "name", "contains bytes that are not UTF-8"));
    }

    [Fact]
    public void Errors_are_listed_up_to_the_limit_and_the_rest_is_mentioned()
    {
        var rows = Enumerable.Repeat("x,A,,,,,,Y\n", Limits.AirlineErrorsMax).ToArray();
        var atLimit = Read(string.Concat(rows));
        var pastLimit = Read(string.Concat(rows) + "1,B,,,,,,Y\n1,\"");

        Assert.Equal(Limits.AirlineErrorsMax, atLimit.Errors.Count);
        Assert.False(atLimit.HasMoreErrors);
        Assert.Equal(atLimit.Errors, pastLimit.Errors);
        Assert.True(pastLimit.HasMoreErrors);
    }

    [Fact]
    public void A_file_may_have_as_many_airlines_as_the_limit_and_no_more()
    {
        var rows = string.Concat(Enumerable.Range(1, Limits.AirlinesMax).Select(id => $"{id},A,,,,,,Y\n"));

        Assert.Equal(Limits.AirlinesMax, ReadValid(rows).Count);
        AssertErrors(
            rows + "0,A,,,,,,Y\nx,A,,,,,,Y",
            (Limits.AirlinesMax + 1, null, "the file has more than 100000 airlines, the limit"));
    }

    [Fact]
    public void A_file_past_the_largest_size_is_refused() =>
        AssertErrors(
            new byte[Limits.AirlineFileBytesMax + 1], (1, null, "the file has 16777217 bytes; at most 16777216 are allowed"));

    [Fact]
    public async Task A_stream_is_read_to_its_end_and_stays_open()
    {
        using var stream = new MemoryStream("1,A,,,,,,Y\n2,B,,,,,,N"u8.ToArray());

        var result = await OpenFlightsReader.ReadAsync(stream, TestContext.Current.CancellationToken);

        Assert.Equal([1, 2], result.Airlines.Select(airline => airline.Id));
        Assert.True(stream.CanRead);
    }

    [Fact]
    public async Task A_stream_without_end_is_given_up_at_the_largest_size()
    {
        using var stream = new EndlessStream((byte)'"');

        var result = await OpenFlightsReader.ReadAsync(stream, TestContext.Current.CancellationToken);

        Assert.Equal("line 1: the file has more than 16777216 bytes, the limit", Assert.Single(result.Errors).ToString());
        Assert.InRange(stream.BytesRead, Limits.AirlineFileBytesMax, Limits.AirlineFileBytesMax + (1024 * 1024));
    }

    private static AirlineFileResult Read(string file) => OpenFlightsReader.Read(Encoding.UTF8.GetBytes(file));

    private static IReadOnlyList<Airline> ReadValid(string file)
    {
        var result = Read(file);
        Assert.Empty(result.Errors);
        Assert.True(result.IsValid);
        return result.Airlines;
    }

    private static void AssertErrors(string file, params (int Line, string? Column, string Cause)[] errors) =>
        AssertErrors(Encoding.UTF8.GetBytes(file), errors);

    private static void AssertErrors(byte[] file, params (int Line, string? Column, string Cause)[] errors)
    {
        var result = OpenFlightsReader.Read(file);
        Assert.Equal(errors.Select(error => new AirlineFileError(error.Line, error.Column, error.Cause)), result.Errors);
        Assert.False(result.IsValid);
        Assert.False(result.HasMoreErrors);
        Assert.Empty(result.Airlines);
    }

    /// <summary>Returns the same byte forever.</summary>
    private sealed class EndlessStream(byte value) : Stream
    {
        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill(value);
            BytesRead += count;
            return count;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
