#!/usr/bin/env bash
# What products are called: by the tenant, the built-in table, and Microsoft's list; against `allot simulate`, over TLS.
. "$(dirname "$0")/lib.sh" "$1"

serve --users 100
printf '\xef\xbb\xbfProduct_Display_Name,String_Id,GUID,Service_Plan_Name,Service_Plan_Id,Service_Plans_Included_Friendly_Names\r\n' >names.csv
printf 'Power\tBI\xc2\xa0for Everyone ,POWER_BI_PRO,F8A1DB68-BE16-40ED-86D5-CB42CE701560,BI_AZURE_P2,70d33638-9c74-4d01-bfd3-562de28bd4ba,Power BI  Pro\r\n' >>names.csv
printf 'Power BI for Everyone,POWER_BI_PRO,f8a1db68-be16-40ed-86d5-cb42ce701560,EXCHANGE_S_FOUNDATION,113feb6c-3fe4-4440-bddc-54d774bf0318,Exchange Foundation\r\n' >>names.csv
printf 'Something New,NEW_THING,99999999-aaaa-4bbb-8ccc-000000000001,NEW,99999999-aaaa-4bbb-8ccc-000000000002,New\r\n' >>names.csv
expect 0 "skus with the list" "$allot" skus --product-names names.csv -o csv
says out "POWER_BI_PRO,f8a1db68-be16-40ed-86d5-cb42ce701560,Power BI for Everyone," "shows the list's name"
says out "SPE_E5,06ebc4ee-1bb5-47dd-8120-11324bc54e06,Microsoft 365 E5," "and the built-in one where the list has none"
printf 'user,sku,usage_location\nuser00020@contoso.example,Power BI for Everyone,NL\nuser00021@contoso.example,power bi pro,NL\n' >job.csv
expect 0 "a job may use the list's name, and the built-in one" "$allot" plan job.csv --product-names names.csv
says out "+ line 2  user00020@contoso.example  +POWER_BI_PRO" "which stands for the tenant's SKU"
says out "+ line 3  user00021@contoso.example  +POWER_BI_PRO" "as the other does"
expect 5 "without the list" "$allot" plan job.csv
says err 'no such SKU' "the name is unknown"
printf 'user,sku,usage_location\nuser00020@contoso.example,99999999-aaaa-4bbb-8ccc-000000000001,NL\n' >new.csv
expect 0 "a SKU that the tenant does not own" "$allot" plan new.csv --product-names names.csv -o csv
says out "blocked,sku_not_owned" "is blocked"
ALLOT_PRODUCT_NAMES=names.csv expect 0 "the variable names the list too" "$allot" plan job.csv
printf 'user,sku,usage_location\nuser00020@contoso.example,PBI_PREMIUM_PER_USER_ADDON,NL\n' >needs.csv
expect 3 "a refusal of the service" "$allot" apply needs.csv --yes --product-names names.csv --report-dir refused
says out "PBI_PREMIUM_PER_USER_ADDON) needs " "names the service plans that need each other"
expect 5 "a list that is not there" "$allot" skus --product-names nowhere.csv
says err "there is no such file" "is an error"
expect 5 "a file that is no such list" "$allot" skus --product-names job.csv
says err "Product_Display_Name, String_Id and GUID" "says what is expected"
stop_server
