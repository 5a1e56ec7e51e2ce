import { Badge, Stack, Table, Text, Title } from '@mantine/core';
import type { ImportPreview } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import type { Mapping } from '../../domain/import-mapping.ts';

interface Props {
  readonly preview: ImportPreview;
  readonly mapping: Mapping;
}

/** The file's first rows, each column under the field it fills. */
export function SampleTable({ preview, mapping }: Props) {
  const { t } = useTranslation();
  const targets = Map.groupBy(Object.keys(mapping), (target) => mapping[target]);
  return (
    <Stack component="section" gap="sm" aria-labelledby="sample-heading">
      <Title order={2} size="h4" id="sample-heading">
        {t('import.sample')}
      </Title>
      <Table.ScrollContainer minWidth={preview.columns.length * 130}>
        <Table withTableBorder withColumnBorders striped fz="xs">
          <Table.Thead>
            <Table.Tr>
              {preview.columns.map((column) => (
                <Table.Th key={column} miw={110} style={{ verticalAlign: 'top' }}>
                  {column}
                  {targets.get(column)?.map((target) => (
                    <Badge key={target} size="xs" tt="none" display="block" mt={2}>
                      {target}
                    </Badge>
                  ))}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {preview.sample.map((row, index) => (
              <Table.Tr key={index}>
                {preview.columns.map((column) => (
                  <Table.Td key={column}>
                    <Text size="xs" lineClamp={2} className="break-anywhere">
                      {row[column]}
                    </Text>
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
